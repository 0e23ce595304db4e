"""A push subscription: a message that is not acknowledged comes again."""

import logging
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)


class Subscription:
    def __init__(self, handler: Callable[[int], None]):
        self.handler = handler
        self.messages: deque[int] = deque()
        self.deliveries = 0

    def publish(self, request_id: int) -> None:
        self.messages.append(request_id)

    def deliver(self, limit: int) -> bool:
        """Delivers until nothing is left; says whether that was so before the limit of deliveries."""
        while self.messages and self.deliveries < limit:
            self.deliveries += 1
            request_id = self.messages.popleft()
            try:
                self.handler(request_id)
            except Exception:
                log.exception("Request %s is delivered again", request_id)
                self.messages.append(request_id)
        return not self.messages
