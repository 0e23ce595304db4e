"""What the API answers with."""

from datetime import datetime
from enum import Enum

from pydantic import BaseModel


class SessionStatus(str, Enum):
    """Where the analysis of a dataset is."""

    INITIALIZING = "initializing"
    PARSING = "parsing"
    DETECTING = "detecting"
    TRIAGING = "triaging"
    COMPLETED = "completed"
    ERROR = "error"


class Session(BaseModel):
    id: str
    dataset_id: str
    status: SessionStatus
    progress: int
    created_at: datetime


class Started(BaseModel):
    session_id: str
    reused: bool
