"""Jobs: made when an upload is announced, claimed when it is there."""

from collections.abc import Mapping

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .models import Job, JobStatus


class NoUpload(Exception):
    """The upload is not in the storage."""


def initiate(engine: Engine, key: str) -> int:
    """Announces an upload; its job is not claimable yet."""
    with Session(engine) as database:
        job = Job(key=key, status=JobStatus.AWAITING_UPLOAD)
        database.add(job)
        database.commit()
        return job.id


def complete(engine: Engine, storage: Mapping[str, bytes], job_id: int) -> None:
    """The upload is said to be there: looks, and queues the job."""
    with Session(engine) as database:
        job = database.get_one(Job, job_id)
        if job.status is not JobStatus.AWAITING_UPLOAD:
            return
        job.status = JobStatus.queued if job.key in storage else JobStatus.failed
        database.commit()
        if job.status is JobStatus.failed:
            raise NoUpload(job.key)


def work(engine: Engine, storage: Mapping[str, bytes]) -> int | None:
    """Claims the oldest job and analyses its video; the job's id, or nothing when none waits."""
    with Session(engine) as database:
        waiting = select(Job).where(Job.status == JobStatus.queued).order_by(Job.id).limit(1)
        job = database.scalar(waiting.with_for_update(skip_locked=True))
        if job is None:
            return None
        job.status = JobStatus.running
        job.frames = len(storage[job.key])
        job.status = JobStatus.done
        database.commit()
        return job.id
