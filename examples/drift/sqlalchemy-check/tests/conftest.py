"""A database of PostgreSQL, empty, at DATABASE_URL."""

import os

import pytest
from sqlalchemy import create_engine, text

from expenses.migrate import migrate
from expenses.repository import Repository


@pytest.fixture
def repository():
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as database:
        database.execute(text("DROP SCHEMA public CASCADE"))
        database.execute(text("CREATE SCHEMA public"))
    migrate(engine)
    yield Repository(engine)
    engine.dispose()
