"""The tables."""

from enum import StrEnum

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class SessionStage(StrEnum):
    """How far the work of a session is."""

    SITE_INFO_COLLECTION = "site_info_collection"
    UPLOAD = "upload"
    PROCESSING = "processing"
    REVIEW = "review"
    JIRA_EXPORT = "jira_export"
    COMPLETED = "completed"


class SessionStatus(StrEnum):
    """How the session fares in its stage."""

    ACTIVE = "active"
    EXPORTING = "exporting"
    FAILED = "failed"
    COMPLETED = "completed"


class WorkflowSession(Base):
    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_name: Mapped[str]
    current_stage: Mapped[str] = mapped_column(default=SessionStage.SITE_INFO_COLLECTION)
    status: Mapped[str] = mapped_column(default=SessionStatus.ACTIVE)
    tickets: Mapped[int] = mapped_column(default=0)
