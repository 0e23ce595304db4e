"""Brings a database to the newest schema: runs the files of `migrations` that it has not seen, in their order."""

import pathlib

from sqlalchemy import Engine, text

FOLDER = pathlib.Path(__file__).parents[1] / "migrations"


def migrate(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        database.execute(text("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)"))
        seen = set(database.scalars(text("SELECT name FROM migrations")))
        for file in sorted(FOLDER.glob("*.sql")):
            if file.name not in seen:
                # Statement by statement: one that validates a constraint must not hold the locks of the one before.
                for statement in file.read_text().split(";\n"):
                    if statement.strip():
                        database.exec_driver_sql(statement)
                database.execute(text("INSERT INTO migrations VALUES (:name)"), {"name": file.name})
