"""A database of PostgreSQL, empty, at DATABASE_URL."""

import os

import pytest
from sqlalchemy import create_engine, text

from video.migrate import migrate


@pytest.fixture
def engine():
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as database:
        database.execute(text("DROP SCHEMA public CASCADE"))
        database.execute(text("CREATE SCHEMA public"))
    migrate(engine)
    yield engine
    engine.dispose()
