"""Takes a request from validation to its script."""

from .requests import Requests

ENDED = {"completed", "failed", "cancelled"}
VAGUE = {"it", "this", "that", "something"}


def work(requests: Requests, request_id: int) -> None:
    """Handles a message of the subscription; an error makes the subscription deliver it again."""
    status, question, _, metadata = requests.find(request_id)
    if status in ENDED or (status == "pending" and "clarification" in metadata):
        return
    requests.enter(request_id, "validating", 10, "Validating the question")
    if VAGUE & set(question.lower().rstrip("?").split()):
        requests.ask_back(request_id, ["What is it about?"])
        return
    requests.enter(request_id, "retrieving", 25, "Looking material up")
    requests.begin_script(request_id)
    requests.finish(request_id, f"You asked: {question}")
