"""The sessions of analyses, in MongoDB's collection `sessions`."""

from datetime import datetime, timezone
from uuid import uuid4

from .models import Session, SessionStatus


class Sessions:
    def __init__(self, database):
        self.database = database

    def start(self, dataset_id: str) -> tuple[str, bool]:
        """Begins an analysis, or finds the one that runs: its id, and whether it was there."""
        running = self.database.sessions.find_one({"dataset_id": dataset_id, "status": {"$in": ["pending", "running"]}})
        if running:
            return running["_id"], True
        session_id = str(uuid4())
        self.database.sessions.insert_one({
            "_id": session_id,
            "dataset_id": dataset_id,
            "status": "pending",
            "progress": 0,
            "created_at": datetime.now(timezone.utc),
        })
        return session_id, False

    def advance(self, session_id: str, status: SessionStatus, progress: int) -> None:
        self.database.sessions.update_one({"_id": session_id}, {"$set": {"status": status.value, "progress": progress}})

    def find(self, session_id: str) -> Session | None:
        found = self.database.sessions.find_one({"_id": session_id})
        if found is None:
            return None
        return Session(id=found.pop("_id"), **found)
