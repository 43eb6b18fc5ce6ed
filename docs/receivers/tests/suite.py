"""What all tests share: the foreign SNS, a receiver in a process of its own, and the documented payloads.

The receiver to test is RECEIVER_MAIN, which RECEIVER_PROGRAM starts.
"""

import contextlib
import functools
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import uuid
from collections.abc import Iterator
from pathlib import Path

from foreign_sns import BEACON, WEBHOOKS, ForeignSns, Message

# Long, because a machine without a network may need its time to find no address.
TIMEOUT_SECONDS = 60
DATES = ("start_date", "end_date", "trial_end_date", "cancellation_date", "notification_date")
DOCUMENTATION = Path(__file__).parents[2] / "broadcasters.md"


@functools.cache
def foreign_sns() -> ForeignSns:
    # A proxy of this machine must not be asked for addresses of this machine.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
    sns = ForeignSns()
    sns.start()
    return sns


@functools.cache
def documented() -> dict[str, dict]:
    """Returns the payloads of docs/broadcasters.md by their type, with the first one dated now."""
    lines = re.findall(r'^\{"notification_type":.*\}$', DOCUMENTATION.read_text(), re.MULTILINE)
    payloads = {payload["notification_type"]: payload for payload in map(json.loads, lines)}
    shift = int(time.time()) - payloads["new"]["notification_date"]
    for payload in payloads.values():
        payload.update({name: payload[name] + shift for name in DATES if name in payload})
    return payloads


class Receiver:
    """Process of a receiver."""

    def __init__(self, settings: dict[str, str]) -> None:
        command = [os.environ["RECEIVER_PROGRAM"], os.environ["RECEIVER_MAIN"]]
        defaults = {"PORT": "0", "SHOW_VIEW": "yes", "BEACON_TOPIC": BEACON, "DATABASE": ":memory:"}
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **defaults, **settings}
        # A file, because a process waits once a pipe that nobody reads is full.
        self._log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        line = self._process.stdout.readline()
        if not line.startswith("listening on http://"):
            raise AssertionError(f"{command} did not start: {line}{self.stop()}")
        self._host = line.split("//")[1].strip()

    def stop(self) -> str:
        """Ends the process and returns what it logged."""
        if self._log.closed:
            return ""
        self._process.kill()
        self._process.communicate()
        self._log.seek(0)
        with self._log as log:
            return log.read()

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/sns", body, {"Content-Type": "text/plain", **headers})
            return connection.getresponse().status
        finally:
            connection.close()

    def send(self, message: Message, headers: dict[str, str] | None = None) -> int:
        """Delivers a message as SNS does. Returns the status of the answer."""
        given = {"x-amz-sns-message-type": message["Type"], **(headers or {})}
        return self.post(json.dumps(message).encode(), given)

    def view(self) -> dict:
        connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/view")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


EMPTY: dict = {"entitlements": [], "parked": [], "unreadable": [], "webhooks": []}


class Suite(unittest.TestCase):
    def setUp(self) -> None:
        self.sns = foreign_sns()
        self.sns.confirmation_status = 200
        self.sns.requests.clear()

    def start(self, **settings: str) -> Receiver:
        """Starts a receiver that takes the foreign SNS for Amazon's."""
        local = {"SNS_LOCAL_HOST": self.sns.host, "WEBHOOKS_TOPIC": WEBHOOKS}
        return self.start_with({**local, **settings})

    def start_with(self, settings: dict[str, str]) -> Receiver:
        receiver = Receiver(settings)
        self.addCleanup(receiver.stop)
        return receiver

    def assert_taken(self, receiver: Receiver, message: Message) -> None:
        self.assertEqual(receiver.send(message), 200, message)


class SharedReceiver(Suite):
    """Tests that share one receiver, because they do not depend on what it received before."""

    receiver: Receiver

    @classmethod
    def setUpClass(cls) -> None:
        cls.receiver = Receiver({"SNS_LOCAL_HOST": foreign_sns().host, "WEBHOOKS_TOPIC": WEBHOOKS})
        cls.addClassCleanup(cls.receiver.stop)

    def new_purchase(self) -> str:
        """Returns a notification that changes the view if it is accepted."""
        return json.dumps({**documented()["new"], "transaction_id": uuid.uuid4().hex})

    @contextlib.contextmanager
    def assert_view_unchanged(self, receiver: Receiver) -> Iterator[None]:
        before = receiver.view()
        yield
        self.assertEqual(receiver.view(), before)

    def assert_refused(self, message: Message, status: int = 403, receiver: Receiver | None = None) -> None:
        receiver = receiver or self.receiver
        with self.assert_view_unchanged(receiver):
            self.assertEqual(receiver.send(message), status, message)

    def assert_accepted(self, message: Message, receiver: Receiver | None = None) -> None:
        """Checks that what was refused before was not refused for another reason."""
        receiver = receiver or self.receiver
        before = receiver.view()["entitlements"]
        self.assert_taken(receiver, message)
        self.assertEqual(len(receiver.view()["entitlements"]), len(before) + 1)
