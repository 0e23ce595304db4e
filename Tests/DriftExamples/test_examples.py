"""The repositories of examples/drift: each is broken as its own tests show, `lockstep check` says where and what to do,
and with that done the check is clean and the tests pass.

scripts/drift-examples runs it, with LOCKSTEP the program and LOCKSTEP_POSTGRES a database of PostgreSQL.
"""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/drift"
LOCKSTEP = os.environ.get("LOCKSTEP", str(ROOT / ".build/debug/lockstep"))


@dataclasses.dataclass
class Example:
    name: str
    # What is found: the value, and the line it leads to.
    found: dict[str, str]
    # What its own tests say before: how the fault looks from outside.
    fault: str
    # Where its migrations lie, and how a statement becomes one.
    migration: str = ""
    # What mends it, in order: statements of findings, or the patch.
    cure: tuple[str, ...] = ("patch",)
    driver: str = "postgresql"


SQL = "{statements}\n"
ALEMBIC = '''"""What the check proposed."""

from alembic import op

revision = "proposed"
down_revision = "{before}"


def upgrade():
    with op.get_context().autocommit_block():
{operations}
'''

EXAMPLES_OF_DRIFT = [
    Example(
        "fastapi-mongo", {"pending": 'analysis/sessions.py: "status": "pending",'}, "assert 500 == 200"),
    Example(
        "sqlalchemy-check",
        {
            "extracting": 'expenses/models.py: EXTRACTING = "extracting"',
            "matching": 'expenses/models.py: MATCHING = "matching"',
        },
        "NotReady: session 1 is processing", migration="migrations/003_proposed.sql", cure=("statements",),
        driver="postgresql+psycopg"),
    Example(
        "postgres-enum",
        {
            "generating": "content/requests.py: \"UPDATE content_requests SET status = 'generating', progress_percentage = 40,\"",
            "clarification_needed":
                "content/requests.py: \"UPDATE content_requests SET status = 'clarification_needed', progress_percentage = 0,\"",
        },
        "delivered 20 times, and the request is still retrieving"),
    Example(
        "sqlalchemy-enum", {"AWAITING_UPLOAD": 'video/models.py: AWAITING_UPLOAD = "awaiting_upload"'},
        "sqlalchemy.exc.DataError", migration="migrations/versions/proposed.py after 0001",
        cure=("patch", "statements"), driver="postgresql+psycopg"),
    Example(
        "sqlalchemy-stages", {"exporting": 'tickets/models.py: EXPORTING = "exporting"'},
        "sqlalchemy.exc.IntegrityError", migration="migrations/versions/proposed.py after 0003",
        cure=("patch", "statements"), driver="postgresql+psycopg"),
]


@pytest.fixture
def database():
    """The URL of an empty database, which is gone afterwards."""
    url = os.environ["LOCKSTEP_POSTGRES"]
    name = f"drift_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield at(url, name)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def at(url, name):
    """The URL of another database of the same server."""
    head, _, rest = url.partition("://")
    host, _, _ = rest.partition("/")
    return f"{head}://{host}/{name}"


def run_its_tests(folder, url, driver):
    """Runs the example's own tests: whether they pass, and what they say."""
    environment = os.environ | {"DATABASE_URL": driver + "://" + url.split("://")[1], "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:warnings", "--color=no", "."],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    return run.returncode == 0, run.stdout


def check(folder, *arguments):
    """What `lockstep check` finds; its exit code is 1 exactly when something of it fails."""
    run = subprocess.run([LOCKSTEP, "check", "--json", *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    findings = json.loads(run.stdout)["findings"]
    failing = [finding for finding in findings if finding["fails"]]
    assert run.returncode == (1 if failing else 0)
    return findings, failing


def statements(findings):
    """The statements that findings propose, each once."""
    found = [statement for finding in findings for statement in re.findall(r"ALTER [^;]*;", finding["fix"])]
    return list(dict.fromkeys(found))


def write_migration(folder, migration, proposed):
    file, _, before = migration.partition(" after ")
    if before:
        operations = "\n".join(f"        op.execute({statement!r})" for statement in proposed)
        text = ALEMBIC.format(before=before, operations=operations)
    else:
        text = SQL.format(statements="\n".join(proposed))
    folder.joinpath(file).write_text(text)


@pytest.mark.parametrize("example", EXAMPLES_OF_DRIFT, ids=lambda example: example.name)
def test_the_fault_is_found_and_its_cure_mends_the_application(example, database, tmp_path):
    folder = tmp_path / example.name
    shutil.copytree(EXAMPLES / example.name, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))

    passes, before = run_its_tests(folder, database, example.driver)
    assert not passes and example.fault in before

    _, failing = check(folder)
    assert {finding["value"]: place(folder, finding) for finding in failing} == example.found
    # One of the errors that were foretold is what the application ran into.
    foretold = [re.search("the first write gets ‘(.*)’", finding["message"]).group(1) for finding in failing]
    assert any(re.sub(r" \((SQLSTATE|MongoDB) .*\)$", "", error) in before for error in foretold), foretold

    for index, step in enumerate(example.cure):
        assert failing, f"nothing is left to mend before step {index} of {example.cure}"
        if step == "patch":
            # Inside a repository git would take the paths from its root, and apply nothing.
            alone = os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
            subprocess.run(["git", "apply", "cure.patch"], cwd=folder, env=alone, check=True, timeout=30)
        else:
            write_migration(folder, example.migration, statements(failing))
        findings, failing = check(folder)
    assert [finding for finding in findings if finding["severity"] == "error"] == []

    passes, after = run_its_tests(folder, database, example.driver)
    assert passes, after


def place(folder, finding):
    """Where a finding leads: the file, and what the line says."""
    file, _, line = finding["where"].rpartition(":")
    return f"{file}: {folder.joinpath(file).read_text().splitlines()[int(line) - 1].strip()}"


def test_a_migration_that_believes_the_values_does_not_help(database, tmp_path):
    """SQLAlchemy stores the names of members: a label of the value's spelling is never written."""
    folder = tmp_path / "sqlalchemy-enum"
    shutil.copytree(EXAMPLES / "sqlalchemy-enum", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    naive = "ALTER TYPE job_status ADD VALUE IF NOT EXISTS 'awaiting_upload' BEFORE 'queued';"
    write_migration(folder, "migrations/versions/proposed.py after 0001", [naive])
    _, failing = check(folder)
    assert [finding["value"] for finding in failing] == ["AWAITING_UPLOAD"]
    assert "stored by its name ‘AWAITING_UPLOAD’" in failing[0]["message"]
    assert not run_its_tests(folder, database, "postgresql+psycopg")[0]


@pytest.mark.parametrize("example", EXAMPLES_OF_DRIFT, ids=lambda example: example.name)
def test_what_is_adopted_is_a_sound_declaration_that_code_is_held_against(example, tmp_path):
    folder = tmp_path / example.name
    shutil.copytree(EXAMPLES / example.name, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for command in (["adopt", "--output", "statuses.yaml"], ["audit", "statuses.yaml"]):
        run = subprocess.run([LOCKSTEP, *command], cwd=folder, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout + run.stderr
    # What the schema lists is declared now, and code that writes something else is alone with it.
    _, failing = check(folder, "--declaration", "statuses.yaml")
    assert {(finding["class"], finding["value"]) for finding in failing} == {("D4", value) for value in example.found}


def declaration():
    """The lifecycle that docs/drift.md shows."""
    text = ROOT.joinpath("docs/drift.md").read_text()
    return text.split("```yaml\n")[1].split("```")[0]


def lockstep(folder, *arguments, code=0):
    run = subprocess.run([LOCKSTEP, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout + run.stderr


def test_a_table_is_checked_and_guarded_while_it_runs(database, tmp_path):
    folder = tmp_path / "sqlalchemy-check"
    shutil.copytree(EXAMPLES / "sqlalchemy-check", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    folder.joinpath("sessions.yaml").write_text(declaration())
    guard = ["guard", "sessions.yaml", "--database", database]
    with psycopg.connect(database, autocommit=True) as server:
        for migration in sorted(folder.glob("migrations/*.sql")):
            server.execute(migration.read_text())
        first, second = (
            server.execute("INSERT INTO sessions DEFAULT VALUES RETURNING id").fetchone()[0] for _ in range(2))

        def enters(session, status):
            try:
                server.execute("UPDATE sessions SET status = %s WHERE id = %s", (status, session))
            except psycopg.Error:
                return False
            return True

        # Files and database say the same of what is refused; only the database tells that no trigger guards the moves.
        live, failing = check(folder, "--declaration", "sessions.yaml", "--database", database)
        assert [(finding["class"], finding["value"], finding["where"]) for finding in failing if finding["class"] == "D1"] == [
            ("D1", "extracting", "sessions.yaml:7"), ("D1", "matching", "sessions.yaml:8")]
        assert {"D1", "D7"} <= {finding["class"] for finding in live}

        # Nothing happens before it is told to.
        shown = lockstep(folder, *guard)
        assert "NOT VALID" in shown and "CREATE TRIGGER" in shown and "lock_timeout" in shown
        assert not enters(first, "extracting")

        # As files, there and back.
        proposed = folder / "proposed"
        proposed.mkdir()
        lockstep(folder, *guard, "--output", "proposed")
        backwards = sorted(proposed.glob("*.down.sql"))
        forwards = sorted(set(proposed.glob("*.sql")) - set(backwards))
        assert len(forwards) == len(backwards) > 1
        for file in forwards:
            server.execute(file.read_text())
        assert "nothing is to be done" in lockstep(folder, *guard)
        for file in reversed(backwards):
            server.execute(file.read_text())
        assert not enters(first, "extracting")
        for file in forwards:
            shutil.copy(file, folder / "migrations" / f"003_{file.name}")
        shutil.rmtree(proposed)

        lockstep(folder, *guard, "--apply")
        assert "nothing is to be done" in lockstep(folder, *guard)
        _, failing = check(folder, "--declaration", "sessions.yaml", "--database", database)
        assert failing == []
        assert enters(first, "extracting") and enters(first, "matching") and enters(first, "completed")
        assert not enters(first, "processing"), "a move that nobody declared"
        assert not enters(second, "archived"), "a status that nobody declared"

        # Taken away, what was there before is back; rows that it would refuse are said, and left alone.
        lockstep(folder, *guard, "--remove", "--apply")
        assert enters(first, "processing") and not enters(second, "extracting")
