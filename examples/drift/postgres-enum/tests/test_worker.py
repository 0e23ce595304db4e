from content.subscription import Subscription
from content.worker import work


def run(requests, question):
    request_id = requests.create(question)
    subscription = Subscription(lambda id: work(requests, id))
    subscription.publish(request_id)
    ended = subscription.deliver(limit=20)
    status, _, stage, metadata = requests.find(request_id)
    assert ended, f"delivered {subscription.deliveries} times, and the request is still {status}"
    return status, stage, metadata


def test_a_request_gets_its_script(requests):
    status, stage, _ = run(requests, "Why is the sky blue?")
    assert (status, stage) == ("completed", "Completed")


def test_a_vague_question_is_asked_back(requests):
    status, stage, metadata = run(requests, "What about it?")
    assert (status, stage) == ("pending", "Awaiting user clarification")
    assert metadata["clarification"]["questions"] == ["What is it about?"]
