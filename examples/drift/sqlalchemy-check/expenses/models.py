"""The tables."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class SessionStatus(StrEnum):
    """Where the statements of a session are."""

    PROCESSING = "processing"
    EXTRACTING = "extracting"
    MATCHING = "matching"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"


class ExpenseSession(Base):
    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default=SessionStatus.PROCESSING)
    transactions: Mapped[list["Transaction"]] = relationship(order_by="Transaction.id")


class Transaction(Base):
    __tablename__ = "transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    card_holder: Mapped[str]
    cents: Mapped[int]
    employee: Mapped[str | None]
