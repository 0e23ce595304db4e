"""What becomes of a session: its statements are read, their card holders matched, and a report is made."""

from .models import SessionStatus
from .repository import Repository


class NotReady(Exception):
    """The report is asked for before it is there."""


def process(repository: Repository, session_id: int, rows: list[tuple[str, int]], employees: dict[str, str]) -> None:
    """Runs a session to its end; stops where a status cannot be written, for the next run to go on."""
    if not repository.update_status(session_id, SessionStatus.EXTRACTING):
        return
    repository.add_transactions(session_id, rows)
    if not repository.update_status(session_id, SessionStatus.MATCHING):
        return
    repository.match(session_id, employees)
    repository.update_status(session_id, SessionStatus.COMPLETED)


def report(repository: Repository, session_id: int) -> dict[str, int]:
    """Cents by employee."""
    status = repository.status(session_id)
    if status != SessionStatus.COMPLETED:
        raise NotReady(f"session {session_id} is {status}")
    return repository.totals(session_id)
