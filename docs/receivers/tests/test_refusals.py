"""What is not proven to be from a pinned topic is refused, and changes nothing."""

import json
import time
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from foreign_sns import BEACON, ForeignSns, Message, certificate, rsa_key, sign, timestamp
from suite import Receiver, SharedReceiver, documented

LARGEST_BODY = 2 * 1024 * 1024


class Refusals(SharedReceiver):
    def notification(self, version: str = "2", **fields: str) -> Message:
        return self.sns.notification(self.new_purchase(), version, **fields)

    def test_a_signed_field_was_altered(self) -> None:
        message = self.notification(Subject="subject")
        altered = {
            "Message": json.dumps(documented()["renew"]),
            "MessageId": "other",
            "Subject": "other",
            "Timestamp": timestamp(timedelta(minutes=1)),
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:webhooks",
            "Type": "UnsubscribeConfirmation",
        }
        for name, value in altered.items():
            with self.subTest(name):
                expected = 400 if name == "Type" else 403
                self.assert_refused({**message, name: value}, expected)
        for name in altered:
            with self.subTest(f"without {name}"):
                headers = {"x-amz-sns-message-type": "Notification"}
                body = {key: value for key, value in message.items() if key != name}
                with self.assert_view_unchanged(self.receiver):
                    status = self.receiver.post(json.dumps(body).encode(), headers)
                self.assertIn(status, (400, 403))
        self.assert_accepted(message)

    def test_a_signature_is_missing_or_wrong(self) -> None:
        message = self.notification()
        other = self.notification()["Signature"]
        for signature in ("", "!", message["Signature"][:-8], other):
            self.assert_refused({**message, "Signature": signature})
        for name in ("Signature", "SignatureVersion", "SigningCertURL"):
            self.assert_refused({**message, name: None}, 400)
        self.assert_refused(sign(message, key=rsa_key(3072)))
        self.assert_accepted(message)

    def test_another_topic(self) -> None:
        for topic in (f"{BEACON}2", BEACON.replace("us-east-1", "eu-west-1"), ""):
            self.assert_refused(self.notification(TopicArn=topic))
        self.assertEqual(self.sns.requests, [], "nothing is fetched for a topic of somebody else")

    def test_headers(self) -> None:
        message = self.notification()
        body = json.dumps(message).encode()
        raw = {"x-amz-sns-message-type": "Notification", "x-amz-sns-rawdelivery": "true"}
        for headers in ({}, {"x-amz-sns-message-type": "SubscriptionConfirmation"}, raw):
            with self.assert_view_unchanged(self.receiver):
                self.assertEqual(self.receiver.post(body, headers), 400)
        self.assertEqual(self.receiver.post(json.dumps(documented()["new"]).encode(), raw), 400)
        self.assert_accepted(message)

    def test_size(self) -> None:
        message = self.notification()
        body = json.dumps(message).encode()
        headers = {"x-amz-sns-message-type": "Notification"}
        with self.assert_view_unchanged(self.receiver):
            self.assertEqual(self.receiver.post(body.ljust(LARGEST_BODY + 1), headers), 413)
        self.assertEqual(self.receiver.post(body.ljust(LARGEST_BODY), headers), 200)

    def test_form(self) -> None:
        headers = {"x-amz-sns-message-type": "Notification"}
        deep = b"[" * 200_000
        for body in (b"", b"{", b"null", b"1", b'"Type"', b"[]", b"{}", b'{"Type":"Other"}', b"\xff", deep):
            self.assertEqual(self.receiver.post(body, headers), 400, body[:20])
        message = self.notification()
        for name in ("Message", "MessageId", "Timestamp", "TopicArn", "Subject"):
            self.assert_refused({**message, name: 1}, 400)
        self.assertEqual(self.receiver.post(b"{}", {"x-amz-sns-message-type": "constructor"}), 400)
        self.assert_refused({**message, "Type": "constructor"}, 400)

    def test_time(self) -> None:
        old = self.notification(Timestamp=timestamp(timedelta(hours=2, minutes=1)))
        self.assert_refused(old)
        # The clock of the receiver may be wrong, so SNS is to deliver these again.
        for unclear in (timestamp(-timedelta(minutes=20)), "now"):
            self.assert_refused(self.notification(Timestamp=unclear), 503)
        late = self.notification(Timestamp=timestamp(timedelta(hours=1, minutes=50)))
        self.assert_accepted(late)

    def test_signature_versions(self) -> None:
        for wanted, other in (("1", "2"), ("2", "1")):
            with self.subTest(f"version {wanted} is wanted"):
                receiver = self.start(SNS_SIGNATURE_VERSION=wanted)
                message = self.notification(other)
                self.assert_refused(message, receiver=receiver)
                self.assert_refused({**message, "SignatureVersion": wanted}, receiver=receiver)
                right = self.notification(wanted)
                for named in (other, "3", ""):
                    self.assert_refused({**right, "SignatureVersion": named}, receiver=receiver)
                self.assert_accepted(right, receiver)

    def test_faulty_settings(self) -> None:
        for faulty in ({"SNS_SIGNATURE_VERSION": "3"}, {"BEACON_TOPIC": "beacon"}, {"BEACON_TOPIC": ""}):
            with self.assertRaisesRegex(AssertionError, "did not start"):
                self.start(**faulty)

    def test_the_default_is_version_2(self) -> None:
        self.assert_refused(self.notification("1"))
        self.assert_accepted(self.notification("2"))


class Certificates(SharedReceiver):
    def notification(self, address: str, key=None) -> Message:
        return sign(self.sns.unsigned(self.new_purchase(), SigningCertURL=address), key=key)

    def test_certificates_that_are_refused(self) -> None:
        small = rsa_key(1024)
        curve = ec.generate_private_key(ec.SECP256R1())
        good = certificate()
        refused = {
            "expired": (certificate(days=(-2, -1)), None),
            "not valid yet": (certificate(days=(1, 2)), None),
            "another name": (certificate(common_name="sns.evil.example"), None),
            "another region": (certificate(common_name="sns-signing.eu-south-1.amazonaws.com"), None),
            "another alternative name": (certificate(alternative_name="evil.example"), None),
            "a small key": (certificate(small), small),
            "no RSA key": (certificate(curve), None),
            "an authority": (certificate(authority=True), None),
            "two certificates": (good + good, None),
            "no certificate": (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", None),
        }
        for name, (pem, key) in refused.items():
            with self.subTest(name):
                self.assert_refused(self.notification(self.sns.serve(pem), key))
        named = certificate(common_name="other", alternative_name="sns-signing.us-east-1.amazonaws.com")
        self.assert_taken(self.receiver, self.notification(self.sns.serve(named)))

    def test_answers_that_are_no_certificate(self) -> None:
        for status, expected in ((404, 403), (302, 403), (429, 503), (500, 503)):
            with self.subTest(status):
                address = self.sns.serve(certificate(), status)
                self.assert_refused(self.notification(address), expected)
        self.assertNotIn("/signer.pem", self.sns.requests, "a redirect was followed")
        large = self.sns.serve(certificate().ljust(64 * 1024 + 1))
        self.assert_refused(self.notification(large), 503)

    def test_a_host_that_cannot_be_reached(self) -> None:
        away = ForeignSns()
        away.host = "127.0.0.1:9"
        receiver = self.start(SNS_LOCAL_HOST=away.host)
        self.assert_refused(self.notification(away.address("/signer.pem")), 503, receiver)

    def test_another_address_on_a_local_stack(self) -> None:
        host = self.sns.host
        for address in (
            "http://127.0.0.1:1/signer.pem",
            f"http://{host}.evil.example/signer.pem",
            f"http://{host}@evil.example/signer.pem",
            f"https://{host}/signer.pem",
            "https://sns.us-east-1.amazonaws.com/signer.pem",
        ):
            self.assert_refused(self.notification(address))

    def test_addresses_outside_of_a_local_stack(self) -> None:
        # There is no such region, so its host cannot be reached: the address was accepted.
        topic = "arn:aws:sns:us-test-1:123456789012:beacon"
        receiver = self.start_with({"BEACON_TOPIC": topic})
        host = "https://sns.us-test-1.amazonaws.com"
        self.assert_outcome(receiver, topic, f"{host}/SimpleNotificationService-1.pem", 503)
        for address in (
            "http://sns.us-test-1.amazonaws.com/a.pem",
            "https://sns.us-test-2.amazonaws.com/a.pem",
            "https://sns.us-test-1.amazonaws.com.cn/a.pem",
            "https://sns.us-test-1.amazonaws.com.evil.example/a.pem",
            "https://sns.us-test-1.amazonaws.com./a.pem",
            "https://evil.sns.us-test-1.amazonaws.com/a.pem",
            "https://user@sns.us-test-1.amazonaws.com/a.pem",
            "https://sns.us-test-1.amazonaws.com@evil.example/a.pem",
            f"{host}:443/a.pem",
            f"{host}:8443/a.pem",
            f"{host}/a.pem?x",
            f"{host}/a.pem#x",
            f"{host}/?x=.pem",
            f"{host}/../a.pem",
            f"{host}//a.pem",
            f"{host}/a%2Fb.pem",
            f"{host}\\a.pem",
            f"{host}/a.pem\n",
            f"{host}/a.crt",
            f"{host}/{'x' * 300}.pem",
            f" {host}/a.pem",
            "/a.pem",
            "",
            self.sns.address("/signer.pem"),
        ):
            self.assert_outcome(receiver, topic, address, 403)

    def test_addresses_in_china(self) -> None:
        topic = "arn:aws-cn:sns:cn-test-1:123456789012:beacon"
        receiver = self.start_with({"BEACON_TOPIC": topic})
        self.assert_outcome(receiver, topic, "https://sns.cn-test-1.amazonaws.com.cn/a.pem", 503)
        self.assert_outcome(receiver, topic, "https://sns.cn-test-1.amazonaws.com/a.pem", 403)

    def assert_outcome(self, receiver: Receiver, topic: str, address: str, status: int) -> None:
        with self.subTest(address):
            message = self.sns.unsigned("{}", topic, SigningCertURL=address)
            self.assert_refused(sign(message), status, receiver)

    def path(self, address: str) -> str:
        return address.removeprefix(f"http://{self.sns.host}")

    def test_certificates_are_cached_and_failures_are_not(self) -> None:
        address = self.sns.serve(b"", 500)
        path = self.path(address)
        self.assertEqual(self.receiver.send(self.notification(address)), 503)
        self.sns.answers[path] = (200, certificate())
        for _ in range(3):
            self.assert_taken(self.receiver, self.notification(address))
        self.assertEqual(self.sns.requests, [path] * 2)

    def test_a_certificate_that_was_replaced_is_fetched_once_more(self) -> None:
        address = self.sns.serve(certificate())
        path = self.path(address)
        self.assert_taken(self.receiver, self.notification(address))
        other = rsa_key(3072)
        self.sns.answers[path] = (200, certificate(other))
        time.sleep(1.1)
        self.assert_taken(self.receiver, self.notification(address, other))
        self.assertEqual(self.sns.requests, [path] * 2)
        start = time.monotonic()
        for _ in range(10):
            self.assertEqual(self.receiver.send(self.notification(address)), 403)
        one_a_second = 3 + time.monotonic() - start
        self.assertLessEqual(len(self.sns.requests), one_a_second, "wrong signatures cause a flood")

    def test_a_cached_certificate_ends_with_its_dates(self) -> None:
        address = self.sns.serve(certificate(days=(-1, 4 / 86_400)))
        self.assert_taken(self.receiver, self.notification(address))
        time.sleep(4.1)
        self.assert_refused(self.notification(address))

    def test_the_number_of_cached_certificates_is_limited(self) -> None:
        addresses = [self.sns.serve(certificate()) for _ in range(17)]
        for address in [*addresses, addresses[0]]:
            self.assert_taken(self.receiver, self.notification(address))
        self.assertEqual(self.sns.requests.count(self.path(addresses[0])), 2)
