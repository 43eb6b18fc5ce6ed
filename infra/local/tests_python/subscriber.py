"""An HTTP subscriber that answers as a test tells it, and keeps what it was sent."""

import dataclasses
import http.server
import json
import threading
import time

# Instead of a status: no answer at all, until the subscriber is closed.
HANG = 0


@dataclasses.dataclass
class Posted:
    at: float
    headers: dict[str, str]
    body: str

    def message(self) -> dict:
        return json.loads(self.body)


class Subscriber:
    """Answers notifications with the statuses, one after the other; the last one stays."""

    def __init__(self, *statuses: int):
        self._statuses = list(statuses)
        self.confirmation_statuses = [200]
        self._posted: list[Posted] = []
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/sns"

    def close(self) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def posted(self, kind: str = "Notification") -> list[Posted]:
        with self._changed:
            return [each for each in self._posted if each.headers["x-amz-sns-message-type"] == kind]

    def wait_for(self, count: int, kind: str = "Notification", limit: float = 10) -> list[Posted]:
        """What was posted, as soon as it is that many."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.posted(kind)) >= count, limit)
        if not enough:
            raise AssertionError(f"{len(self.posted(kind))} instead of {count} came within {limit} s")
        return self.posted(kind)

    def _take(self, posted: Posted) -> int:
        with self._changed:
            self._posted.append(posted)
            self._changed.notify_all()
            is_notification = posted.headers["x-amz-sns-message-type"] == "Notification"
            statuses = self._statuses if is_notification else self.confirmation_statuses
            return statuses.pop(0) if len(statuses) > 1 else statuses[0]

    def _handler(self):
        subscriber = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = subscriber._take(Posted(time.monotonic(), headers, body))
                if status == HANG:
                    subscriber._closed.wait()
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", subscriber.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Tests print nothing."""

        return Handler
