"""The routes."""

from fastapi import FastAPI, HTTPException

from .models import Session, SessionStatus, Started
from .sessions import Sessions


def application(database) -> FastAPI:
    app = FastAPI(title="Analyses")
    sessions = Sessions(database)

    @app.post("/datasets/{dataset_id}/analyze")
    def analyze(dataset_id: str) -> Started:
        session_id, reused = sessions.start(dataset_id)
        return Started(session_id=session_id, reused=reused)

    @app.post("/sessions/{session_id}/detected")
    def detected(session_id: str) -> Session:
        sessions.advance(session_id, SessionStatus.COMPLETED, 100)
        return session(session_id)

    @app.get("/sessions/{session_id}")
    def session(session_id: str) -> Session:
        found = sessions.find(session_id)
        if found is None:
            raise HTTPException(404, "There is no such session.")
        return found

    return app
