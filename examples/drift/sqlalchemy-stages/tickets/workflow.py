"""The walk of a session: one stage after the other, then the export."""

from collections.abc import Callable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from .models import SessionStage, SessionStatus, WorkflowSession

STAGES = list(SessionStage)


def create(engine: Engine, site_name: str) -> int:
    with Session(engine) as database:
        session = WorkflowSession(site_name=site_name)
        database.add(session)
        database.commit()
        return session.id


def advance(engine: Engine, session_id: int) -> str:
    """Takes a session one stage on, as far as the export."""
    with Session(engine) as database:
        session = database.get_one(WorkflowSession, session_id)
        at = STAGES.index(SessionStage(session.current_stage))
        session.current_stage = STAGES[min(at + 1, STAGES.index(SessionStage.JIRA_EXPORT))]
        database.commit()
        return session.current_stage


def export(engine: Engine, session_id: int, send: Callable[[], int]) -> None:
    """Sends the tickets; who looks meanwhile sees that it goes on."""
    with Session(engine) as database:
        session = database.get_one(WorkflowSession, session_id)
        session.status = SessionStatus.EXPORTING
        database.commit()
        try:
            session.tickets = send()
        except ConnectionError:
            session.status = SessionStatus.FAILED
        else:
            session.current_stage = SessionStage.COMPLETED
            session.status = SessionStatus.COMPLETED
        database.commit()


def incomplete(engine: Engine) -> list[WorkflowSession]:
    """The sessions that are not completed, newest first."""
    with Session(engine) as database:
        wanted = select(WorkflowSession).where(WorkflowSession.status != SessionStatus.COMPLETED)
        return list(database.scalars(wanted.order_by(WorkflowSession.id.desc())))
