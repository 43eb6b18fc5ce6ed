"""HTTP endpoint for the notifications of Purchase Beacon. The README lists its settings."""

import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import waitress

from certificates import parse_topic
from http_client import Refusal
from sns import Verifier
from view import View

LARGEST_BODY = 2 * 1024 * 1024
LOG = logging.getLogger("receiver")

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Receiver:
    """WSGI application."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._beacon_topic = settings["BEACON_TOPIC"]
        arns = [self._beacon_topic, *filter(None, [settings.get("WEBHOOKS_TOPIC")])]
        topics = {arn: parse_topic(arn, settings.get("SNS_LOCAL_HOST")) for arn in arns}
        self._verifier = Verifier(topics, settings.get("SNS_SIGNATURE_VERSION") or "2")
        self._view = View(settings.get("DATABASE", "receiver.sqlite"))
        self._shows_view = settings.get("SHOW_VIEW") == "yes"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, body = self._answer(environ)
        except Refusal as refusal:
            status, body = refusal.status, b""
            LOG.warning("answered %s: %s", status, refusal)
        except Exception:
            # Whatever else failed, such as the database, may succeed later.
            status, body = 503, b""
            LOG.exception("answered 503")
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _answer(self, environ: Environ) -> tuple[int, bytes]:
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "POST", "/sns":
                self._receive(environ)
                return 200, b""
            case "GET", "/view" if self._shows_view:
                return 200, json.dumps(self._view.as_of(time.time_ns() // 1_000_000)).encode()
            case _:
                return 404, b""

    def _receive(self, environ: Environ) -> None:
        body = environ["wsgi.input"].read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise Refusal(413, "too large")
        type_header = environ.get("HTTP_X_AMZ_SNS_MESSAGE_TYPE")
        message = self._verifier.verify(type_header, environ.get("HTTP_X_AMZ_SNS_RAWDELIVERY"), body)
        match message["Type"]:
            case "SubscriptionConfirmation":
                self._verifier.confirm(message)
            case "Notification" if message["TopicArn"] == self._beacon_topic:
                self._view.add_beacon(message["Message"])
            case "Notification":
                self._view.add_webhook(message["Message"])
            case _:
                # To visit the address of an UnsubscribeConfirmation would subscribe again.
                LOG.warning("the subscription has ended")


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    receiver = Receiver(os.environ)
    listener = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "8080"))))
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    # The server reads a body before the receiver sees it, so it has a limit of its own.
    waitress.serve(receiver, sockets=[listener], max_request_body_size=2 * LARGEST_BODY)


if __name__ == "__main__":
    main()
