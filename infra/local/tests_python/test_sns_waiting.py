"""Messages that wait for a retry have a limit, so that an endpoint that is down does not fill the memory."""

import pathlib
import queue
import sys
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

import sns_delivery

# Nothing listens there.
NOWHERE = "http://127.0.0.1:9/"


class Waiting(unittest.TestCase):
    def test_what_is_beyond_the_limit_is_given_up_at_once(self):
        given_up = queue.Queue()

        def message(body: bytes, delays: list[float]) -> sns_delivery.Message:
            def give_up(reason: str) -> None:
                given_up.put((body, reason))

            return sns_delivery.Message(NOWHERE, {}, body, delays, wanted=lambda: True, give_up=give_up)

        with unittest.mock.patch.object(sns_delivery, "MOST_WAITING", 10):
            delivery = sns_delivery.Delivery(second=1)
            delivery.post(message(b"123456", [3600]))
            delivery.post(message(b"7890", [0]))
            # The second one fits in. When it is given up, there is room again.
            self.assertEqual(given_up.get(timeout=5)[0], b"7890")
            delivery.post(message(b"12345", [3600]))
            self.assertEqual(given_up.get(timeout=5), (b"12345", "too many messages wait"))
            delivery.post(message(b"1234", [0]))
            body, reason = given_up.get(timeout=5)
            self.assertEqual(body, b"1234")
            self.assertIn("Connect", reason)


if __name__ == "__main__":
    unittest.main()
