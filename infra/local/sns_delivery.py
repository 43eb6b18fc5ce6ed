"""Delivery of the local SNS to HTTP endpoints: attempts, retries, and what happens to a message that is given up.

Documented by AWS, and done here:
- An endpoint has 15 seconds to answer.
  https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
- "All 5XX errors and 429 (too many requests sent) errors" are retried by the delivery policy. "All other errors are
  considered as permanent failures and retries will not be attempted."
  https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
- After the last retry, and after a permanent failure, a message goes to the subscription's dead-letter queue, or it is
  discarded. https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
- A retry has the same message id. https://docs.aws.amazon.com/sns/latest/dg/http-header.html
- Confirmations are retried, too. (SendMessageToHttp.prepare)

Not documented in so many words:
- Time-outs and connection errors are retried: the second page has the policy for endpoints that are unavailable, and
  the first one counts with retries after a time-out.
- A redirect is one of the "other errors". The first page still counts 200 to 4xx as delivered, without saying of
  which of them a retry or a dead letter comes; here the second page decides.
- What a dead letter contains. Here it is what an SQS subscription gets, the signed envelope or the raw message.
- A confirmation is never a dead letter, because it is no message of the topic.
- A message of a subscription that is gone is neither tried again nor a dead letter.

The rate limit of a policy (`maxReceivesPerSecond`) is not done.
"""

import asyncio
import dataclasses
import logging
import ssl
import threading
import typing
import urllib.parse

import h11

TIMEOUT_SECONDS = 15

# Endpoints and this machine do not get faster with a shorter second: an answer always has this long, in seconds.
LEAST_TIMEOUT = 2.0

# Messages that wait, in bytes. The next one is given up at once, so that an endpoint that is down does not fill the
# memory in an hour.
MOST_WAITING = 64 * 1024 * 1024

DELIVERED, RETRIED, PERMANENT = "delivered", "failed", "failed for good"

logger = logging.getLogger("sns")


@dataclasses.dataclass(frozen=True)
class Message:
    """What is posted to one endpoint."""

    url: str
    headers: dict[str, str]
    body: bytes
    # Delays before the retries, in seconds of the policy.
    delays: list[float]
    # Whether the subscription still exists.
    wanted: typing.Callable[[], bool]
    # Called once with the reason if it could not be delivered.
    give_up: typing.Callable[[str], None]


class Delivery:
    """Messages on their way. Each has a task of its own, so that none waits for another one.

    All run in a thread of their own, because the emulator's calls block the event loop of its server.
    """

    def __init__(self, second: float):
        """`second` is the length of a second of a delivery policy, in seconds."""
        self._second = second
        self._timeout = max(LEAST_TIMEOUT, TIMEOUT_SECONDS * second)
        self._waiting = 0
        # The loop itself holds its tasks only weakly.
        self._tasks: set[asyncio.Task] = set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="sns-delivery", daemon=True).start()

    def post(self, message: Message) -> None:
        """Begins to deliver the message; returns at once."""
        self._loop.call_soon_threadsafe(self._begin, message)

    def _begin(self, message: Message) -> None:
        size = len(message.body)
        if self._waiting + size > MOST_WAITING:
            message.give_up("too many messages wait")
            return
        self._waiting += size
        task = self._loop.create_task(self._deliver(message))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._end(done, size))

    def _end(self, task: asyncio.Task, size: int) -> None:
        self._waiting -= size
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            logger.error("SNS delivery broke off", exc_info=task.exception())

    async def _deliver(self, message: Message) -> None:
        reason = ""
        for delay in [0.0, *message.delays]:
            await asyncio.sleep(delay * self._second)
            if not message.wanted():
                logger.info("SNS HTTP delivery to %s ended: the subscription is gone", message.url)
                return
            outcome, reason = await self._attempt(message)
            logger.info("SNS HTTP delivery to %s %s: %s", message.url, outcome, reason)
            if outcome == DELIVERED:
                return
            if outcome == PERMANENT:
                break
        if message.wanted():
            message.give_up(reason)

    async def _attempt(self, message: Message) -> tuple[str, str]:
        """The outcome of one attempt, and the status or the error that it had."""
        try:
            status = await asyncio.wait_for(_status_of_post(message), self._timeout)
        except (OSError, asyncio.TimeoutError, h11.RemoteProtocolError) as error:
            return RETRIED, repr(error)
        except (ValueError, h11.LocalProtocolError) as error:
            # No address that could ever be called. SNS refuses it when it is subscribed.
            return PERMANENT, repr(error)
        return outcome_of(status), f"status {status}"


def outcome_of(status: int) -> str:
    if 200 <= status < 300:
        return DELIVERED
    return RETRIED if status == 429 or 500 <= status < 600 else PERMANENT


async def _status_of_post(message: Message) -> int:
    """Posts the message and returns the status of the answer. A redirect is an answer like others."""
    url = urllib.parse.urlsplit(message.url)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(
        url.hostname, port, ssl=ssl.create_default_context() if secure else None
    )
    try:
        connection = h11.Connection(our_role=h11.CLIENT)
        headers = {"Host": url.netloc.rpartition("@")[2], **message.headers, "Connection": "close"}
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        request = h11.Request(
            method="POST", target=target, headers=[*headers.items(), ("Content-Length", str(len(message.body)))]
        )
        for event in (request, h11.Data(data=message.body), h11.EndOfMessage()):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        while not isinstance(event := connection.next_event(), h11.Response):
            if isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError("closed without an answer")
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(65536))
        return event.status_code
    finally:
        writer.close()
