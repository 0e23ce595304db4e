import pytest
from sqlalchemy import text

from video.jobs import NoUpload, complete, initiate, work


def test_a_job_is_not_claimed_before_its_upload_is_there(engine):
    storage = {}
    job_id = initiate(engine, "match.mp4")
    assert work(engine, storage) is None
    storage["match.mp4"] = b"video"
    complete(engine, storage, job_id)
    assert work(engine, storage) == job_id


def test_an_upload_that_never_came_is_said(engine):
    job_id = initiate(engine, "match.mp4")
    with pytest.raises(NoUpload):
        complete(engine, {}, job_id)
    assert work(engine, {}) is None


def test_a_status_is_stored_by_its_value(engine):
    initiate(engine, "match.mp4")
    with engine.connect() as database:
        assert database.scalar(text("SELECT status::text FROM video_jobs")) == "awaiting_upload"
