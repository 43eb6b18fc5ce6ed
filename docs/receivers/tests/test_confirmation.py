"""A subscription is confirmed by a visit of its address, and only by that."""

import uuid
from urllib.parse import urlencode

from foreign_sns import BEACON, WEBHOOKS
from suite import SharedReceiver

CERTIFICATE = "/signer.pem"


class Confirmation(SharedReceiver):
    def visits(self) -> list[str]:
        return [path for path in self.sns.requests if path != CERTIFICATE]

    def test_the_address_is_visited(self) -> None:
        message = self.sns.confirmation()
        with self.assert_view_unchanged(self.receiver):
            self.assert_taken(self.receiver, message)
        self.assertEqual([self.sns.address(path) for path in self.visits()], [message["SubscribeURL"]])

    def test_a_signed_field_was_altered(self) -> None:
        message = self.sns.confirmation()
        token = uuid.uuid4().hex
        for name, value in {
            "Message": "other",
            "MessageId": "other",
            "SubscribeURL": self.sns.confirmation_address(token),
            "Timestamp": self.sns.confirmation()["Timestamp"].replace("Z", "1Z"),
            "Token": token,
            "TopicArn": WEBHOOKS,
            "Type": "UnsubscribeConfirmation",
        }.items():
            with self.subTest(name):
                self.assert_refused({**message, name: value})
        self.assertEqual(self.visits(), [])

    def test_an_address_that_confirms_something_else(self) -> None:
        token = uuid.uuid4().hex
        right = self.sns.confirmation_address(token)
        path = right.removeprefix(f"http://{self.sns.host}")
        unsubscribe = urlencode({"Action": "Unsubscribe", "TopicArn": BEACON, "Token": token})
        for address in (
            f"http://127.0.0.1:1{path}",
            f"http://{self.sns.host}@127.0.0.1:1{path}",
            f"https://sns.us-east-1.amazonaws.com{path}",
            self.sns.confirmation_address("other"),
            self.sns.confirmation_address(token, WEBHOOKS),
            self.sns.address(f"/?{unsubscribe}"),
            f"{right}&Action=Unsubscribe",
            f"{right}&Token={token}",
            right.replace("/?", "/x?"),
            "",
        ):
            with self.subTest(address):
                message = self.sns.confirmation(Token=token, SubscribeURL=address)
                self.assert_refused(message)
        self.assertEqual(self.visits(), [])
        self.assert_taken(self.receiver, self.sns.confirmation(Token=token, SubscribeURL=right))

    def test_a_confirmation_that_fails_is_tried_again(self) -> None:
        for status in (500, 400, 302):
            self.sns.confirmation_status = status
            self.assert_refused(self.sns.confirmation(), 503)
        self.assertEqual(len(self.visits()), 3, "a redirect was followed")

    def test_another_topic(self) -> None:
        token = uuid.uuid4().hex
        topic = f"{BEACON}2"
        address = self.sns.confirmation_address(token, topic)
        message = self.sns.confirmation(TopicArn=topic, Token=token, SubscribeURL=address)
        self.assert_refused(message)
        self.assertEqual(self.sns.requests, [])

    def test_the_address_of_an_unsubscription_is_never_visited(self) -> None:
        with self.assert_view_unchanged(self.receiver):
            self.assert_taken(self.receiver, self.sns.confirmation("UnsubscribeConfirmation"))
        self.assertEqual(self.visits(), [])

    def test_nothing_secret_is_logged(self) -> None:
        receiver = self.start()
        message = self.sns.confirmation()
        self.assert_taken(receiver, message)
        self.assert_refused({**message, "Message": "other"}, receiver=receiver)
        logged = receiver.stop()
        self.assertIn("403", logged)
        self.assertNotIn(message["Token"], logged)
        self.assertNotIn("Unsubscribe", logged)
