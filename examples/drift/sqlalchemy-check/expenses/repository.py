"""Reads and writes sessions."""

import logging

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .models import ExpenseSession, SessionStatus, Transaction

log = logging.getLogger(__name__)


class Repository:
    def __init__(self, engine: Engine):
        self.engine = engine

    def create(self) -> int:
        with Session(self.engine) as database:
            session = ExpenseSession(status=SessionStatus.PROCESSING)
            database.add(session)
            database.commit()
            return session.id

    def status(self, session_id: int) -> str:
        with Session(self.engine) as database:
            return database.get_one(ExpenseSession, session_id).status

    def update_status(self, session_id: int, status: SessionStatus) -> bool:
        """Writes a status; says whether it is written."""
        try:
            with Session(self.engine) as database:
                database.get_one(ExpenseSession, session_id).status = status
                database.commit()
                return True
        except SQLAlchemyError as error:
            log.warning("Session %s: the status was not written: %s", session_id, error)
            return False

    def add_transactions(self, session_id: int, rows: list[tuple[str, int]]) -> None:
        with Session(self.engine) as database:
            for card_holder, cents in rows:
                database.add(Transaction(session_id=session_id, card_holder=card_holder, cents=cents))
            database.commit()

    def match(self, session_id: int, employees: dict[str, str]) -> None:
        with Session(self.engine) as database:
            for transaction in database.get_one(ExpenseSession, session_id).transactions:
                transaction.employee = employees.get(transaction.card_holder)
            database.commit()

    def totals(self, session_id: int) -> dict[str, int]:
        totals: dict[str, int] = {}
        with Session(self.engine) as database:
            for transaction in database.get_one(ExpenseSession, session_id).transactions:
                name = transaction.employee or "unknown"
                totals[name] = totals.get(name, 0) + transaction.cents
        return totals
