"""Messages of the local SNS carry signatures that hold against the certificate that it serves."""

import base64
import datetime
import unittest
import urllib.request

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from subscriber import Subscriber
from topic import Topic


def certificate_of(message: dict) -> x509.Certificate:
    with urllib.request.urlopen(message["SigningCertURL"]) as answer:
        return x509.load_pem_x509_certificate(answer.read())


def check(message: dict) -> None:
    """Written from the documentation of SNS, apart from the code that signs.

    https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
    """
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}[message["SignatureVersion"]]
    signature = base64.b64decode(message["Signature"], validate=True)
    certificate_of(message).public_key().verify(signature, text.encode(), padding.PKCS1v15(), algorithm)


class Signatures(unittest.TestCase):
    def setUp(self):
        self.subscriber = Subscriber(200)
        self.addCleanup(self.subscriber.close)

    def notified(self, topic: Topic, **more) -> dict:
        topic.sns.publish(TopicArn=topic.arn, Message='{"a": "ü\n"}', **more)
        [posted] = self.subscriber.wait_for(1)
        return posted.message()

    def test_version_1_is_the_default(self):
        topic = Topic()
        topic.subscribe(self.subscriber)
        message = self.notified(topic)
        self.assertEqual(message["SignatureVersion"], "1")
        check(message)

    def test_version_2_where_the_topic_asks_for_it(self):
        topic = Topic(SignatureVersion="2")
        topic.subscribe(self.subscriber)
        message = self.notified(topic, Subject="a subject")
        self.assertEqual((message["SignatureVersion"], message["Subject"]), ("2", "a subject"))
        check(message)

    def test_the_topics_attribute_counts_from_when_it_is_set(self):
        topic = Topic()
        topic.subscribe(self.subscriber)
        topic.set("SignatureVersion", "2")
        message = self.notified(topic)
        self.assertEqual(message["SignatureVersion"], "2")
        check(message)

    def test_a_confirmation_is_signed_too(self):
        for version in ("1", "2"):
            subscriber = Subscriber(200)
            self.addCleanup(subscriber.close)
            Topic(SignatureVersion=version).subscribe(subscriber)
            [posted] = subscriber.posted("SubscriptionConfirmation")
            message = posted.message()
            self.assertEqual((message["Type"], message["SignatureVersion"]), ("SubscriptionConfirmation", version))
            check(message)

    def test_an_altered_message_fails(self):
        topic = Topic(SignatureVersion="2")
        topic.subscribe(self.subscriber)
        message = self.notified(topic)
        changes = [{name: message[name] + " "} for name in ("Message", "MessageId", "Timestamp", "TopicArn", "Type")]
        for change in [*changes, {"Subject": "added"}, {"SignatureVersion": "1"}]:
            with self.subTest(change), self.assertRaises(InvalidSignature):
                check({**message, **change})

    def test_the_certificate_is_what_receivers_expect(self):
        topic = Topic()
        topic.subscribe(self.subscriber)
        message = self.notified(topic)
        self.assertTrue(message["SigningCertURL"].endswith(".pem"))
        certificate = certificate_of(message)
        self.assertEqual(certificate.subject.rfc4514_string(), "CN=sns.amazonaws.com")
        self.assertEqual(certificate.public_key().key_size, 2048)
        now = datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(certificate.not_valid_before_utc < now < certificate.not_valid_after_utc)


if __name__ == "__main__":
    unittest.main()
