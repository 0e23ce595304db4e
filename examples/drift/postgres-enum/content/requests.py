"""The requests, in PostgreSQL."""

from psycopg import Connection
from psycopg.types.json import Jsonb


class Requests:
    def __init__(self, database: Connection):
        self.database = database

    def create(self, question: str) -> int:
        with self.database.transaction():
            row = self.database.execute(
                "INSERT INTO content_requests (question) VALUES (%s) RETURNING id", (question,)).fetchone()
        return row[0]

    def find(self, request_id: int) -> tuple[str, str, str, dict]:
        """Status, question, stage and metadata."""
        return self.database.execute(
            "SELECT status, question, current_stage, request_metadata FROM content_requests WHERE id = %s",
            (request_id,)).fetchone()

    def enter(self, request_id: int, status: str, progress: int, stage: str) -> None:
        with self.database.transaction():
            self.database.execute(
                "UPDATE content_requests SET status = %s, progress_percentage = %s, current_stage = %s WHERE id = %s",
                (status, progress, stage, request_id))

    def begin_script(self, request_id: int) -> None:
        with self.database.transaction():
            self.database.execute(
                "UPDATE content_requests SET status = 'generating', progress_percentage = 40,"
                " current_stage = 'Writing the script' WHERE id = %s",
                (request_id,))

    def ask_back(self, request_id: int, questions: list[str]) -> None:
        with self.database.transaction():
            self.database.execute(
                "UPDATE content_requests SET status = 'clarification_needed', progress_percentage = 0,"
                " current_stage = 'Awaiting user clarification', request_metadata = %s WHERE id = %s",
                (Jsonb({"clarification": {"questions": questions}}), request_id))

    def finish(self, request_id: int, script: str) -> None:
        with self.database.transaction():
            self.database.execute(
                "UPDATE content_requests SET status = 'completed', progress_percentage = 100,"
                " current_stage = 'Completed', script = %s WHERE id = %s",
                (script, request_id))
