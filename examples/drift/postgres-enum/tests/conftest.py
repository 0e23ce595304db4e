"""A database of PostgreSQL, empty, at DATABASE_URL."""

import os
import pathlib

import psycopg
import pytest

from content.requests import Requests

SCHEMA = pathlib.Path(__file__).parents[1] / "schema.sql"


@pytest.fixture
def requests():
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")
        database.execute(SCHEMA.read_text())
        yield Requests(database)
