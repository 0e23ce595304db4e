"""The peer: FastAPI and SQLAlchemy on asyncpg, doing what Lockstep's job routes do, on the same table.

The table's constraints and triggers are Lockstep's, and they write the history, so that the database has the same to
do. What FastAPI can leave out is left out: answers are made once, by hand, not checked against a model.
"""

import datetime
import hashlib
import hmac
import json
import os
import time
import uuid

from fastapi import FastAPI, Header, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TOKENS = {hashlib.sha256(b"bench-token").digest(): "anna"}
DAY = 86_400_000_000

engine = create_async_engine(os.environ["BENCH_URL"], pool_size=int(os.environ["BENCH_POOL"]), max_overflow=0,
                             pool_timeout=60)
session = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI(openapi_url=None)


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger, str: Text}


class Job(Base):
    __tablename__ = "errand_jobs"
    __table_args__ = {"schema": "lockstep"}
    seq: Mapped[int]
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str | None]
    key: Mapped[str | None]
    priority: Mapped[int]
    input: Mapped[str]
    created_at: Mapped[int]
    status: Mapped[str]
    output: Mapped[str | None]
    metadata_: Mapped[str] = mapped_column("metadata")
    progress: Mapped[int]
    progress_detail: Mapped[str | None]
    fence: Mapped[int]
    claimed_by: Mapped[str | None]
    attempt: Mapped[int]
    available_at: Mapped[int]
    hold: Mapped[str | None]
    parked_at: Mapped[int | None]
    failure: Mapped[str | None]
    deadline: Mapped[int | None]
    entered_at: Mapped[int]
    updated_at: Mapped[int]
    ended_at: Mapped[int | None]
    version: Mapped[int]
    entry_actor: Mapped[str]
    entry_actor_name: Mapped[str | None]


SHOWN = select(Job)


class Start(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lifecycle: str
    input: dict = Field(default_factory=dict)
    owner: str | None = None
    priority: int = Field(0, ge=-1000, le=1000)
    metadata: dict = Field(default_factory=dict)


def moment(microseconds):
    if microseconds is None:
        return None
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%S}.{fraction:06d}Z"


def document(job, reused=None):
    shown = {
        "id": job.id, "lifecycle": "errand", "status": job.status, "owner": job.owner, "key": job.key,
        "priority": job.priority, "progress": job.progress, "progress_detail": job.progress_detail,
        "failure": job.failure and json.loads(job.failure), "attempt": job.attempt, "fence": job.fence,
        "parked": job.parked_at is not None, "hold": job.hold, "version": job.version,
        "created_at": moment(job.created_at), "updated_at": moment(job.updated_at),
        "entered_at": moment(job.entered_at), "ended_at": moment(job.ended_at), "deadline": moment(job.deadline),
        "available_at": moment(job.available_at), "input": json.loads(job.input),
        "output": job.output and json.loads(job.output), "metadata": json.loads(job.metadata_),
    }
    if reused is not None:
        shown["reused"] = reused
    return shown


def problem(status, detail):
    return JSONResponse({"status": status, "detail": detail}, status, media_type="application/problem+json")


def who(authorization):
    scheme, _, token = (authorization or "").partition(" ")
    digest = hashlib.sha256(token.encode()).digest()
    found = None
    for known, user in TOKENS.items():
        if hmac.compare_digest(known, digest):
            found = user
    return found if scheme.lower() == "bearer" else None


@app.get("/v1/jobs/{job_id}")
async def get(job_id: str, authorization: str | None = Header(None)) -> Response:
    user = who(authorization)
    if user is None:
        return problem(401, "send a bearer token")
    async with session() as database:
        job = (await database.execute(SHOWN.where(Job.id == job_id, Job.owner == user))).scalar_one_or_none()
    return JSONResponse(document(job)) if job else problem(404, f"there is no job {job_id}")


@app.post("/v1/jobs")
async def start(body: Start, authorization: str | None = Header(None),
                idempotency_key: str | None = Header(None)) -> Response:
    user = who(authorization)
    if user is None:
        return problem(401, "send a bearer token")
    if body.lifecycle != "errand":
        return problem(404, "there is no such lifecycle")
    now = time.time_ns() // 1000
    values = dict(
        id=str(uuid.uuid4()), status="queued", owner=user, key=idempotency_key, priority=body.priority,
        input=json.dumps(body.input), metadata_=json.dumps(body.metadata), created_at=now, entered_at=now,
        updated_at=now, available_at=now, deadline=now + DAY, entry_actor="owner", entry_actor_name=user)
    async with session() as database:
        statement = insert(Job).values(values).on_conflict_do_nothing().returning(Job)
        job = (await database.execute(statement)).scalar_one_or_none()
        await database.commit()
        if job:
            return JSONResponse(document(job, False), 201, {"Location": f"/v1/jobs/{job.id}"})
        same = SHOWN.where(Job.key == idempotency_key, Job.ended_at.is_(None), Job.owner == user)
        job = (await database.execute(same)).scalar_one_or_none()
    return JSONResponse(document(job, True)) if job else problem(409, "another live job has the key")
