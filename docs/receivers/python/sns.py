"""Verification that a message is from a pinned SNS topic, and the confirmation of a subscription."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from certificates import Certificates, Topic
from http_client import Refusal, forged, get, in_doubt

LONGEST_AGE = timedelta(hours=2)
CLOCK_SKEW = timedelta(minutes=15)
_CONFIRMATION_FIELDS = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
# Signed fields of each type, in the order in which they are signed.
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION_FIELDS,
    "UnsubscribeConfirmation": _CONFIRMATION_FIELDS,
}
UNSIGNED = ("SignatureVersion", "Signature", "SigningCertURL")

# The signed fields of a message of SNS.
SnsMessage = dict[str, str]


class Verifier:
    """Verifies messages. `topics` are the pinned ones by their ARN. All messages must have the
    `signature_version`: `1` is SHA-1, `2` is SHA-256."""

    def __init__(self, topics: Mapping[str, Topic], signature_version: str) -> None:
        if signature_version not in ("1", "2"):
            raise ValueError(f"unknown signature version: {signature_version}")
        self._topics = topics
        self._signature_version = signature_version
        self._certificates = Certificates()

    def verify(self, type_header: str | None, raw_header: str | None, body: bytes) -> SnsMessage:
        """Returns the message. The headers are `x-amz-sns-message-type` and `x-amz-sns-rawdelivery`."""
        if raw_header is not None:
            raise Refusal(400, "raw delivery is not signed")
        message, unsigned = _parse(body)
        if type_header != message["Type"]:
            raise Refusal(400, "the header names another type")
        topic = self._topic(message)
        if unsigned["SignatureVersion"] != self._signature_version:
            raise forged("another signature version")
        # SNS may have replaced the certificate since it was cached.
        if not self._is_signed(message, unsigned, topic, refresh=False):
            if not self._is_signed(message, unsigned, topic, refresh=True):
                raise forged("the signature is wrong")
        _check_age(message["Timestamp"])
        return message

    def confirm(self, message: SnsMessage) -> None:
        """Confirms a subscription by a visit of the verified message's `SubscribeURL`."""
        address = message["SubscribeURL"]
        given = []
        if address.startswith(f"{self._topic(message).origin}/?"):
            given = parse_qsl(urlsplit(address).query)
        wanted = {"Action": "ConfirmSubscription", "TopicArn": message["TopicArn"], "Token": message["Token"]}
        for name, value in wanted.items():
            # A parameter that is given twice could be read in two ways.
            if [found for key, found in given if key == name] != [value]:
                raise forged("the SubscribeURL is not of this topic and token")
        status, _ = get(address)
        if status != 200:
            raise in_doubt(f"the confirmation was answered with {status}")

    def _topic(self, message: SnsMessage) -> Topic:
        topic = self._topics.get(message["TopicArn"])
        if topic is None:
            raise forged("another topic")
        return topic

    def _is_signed(self, message: SnsMessage, unsigned: SnsMessage, topic: Topic, *, refresh: bool) -> bool:
        key = self._certificates.get(unsigned["SigningCertURL"], topic, refresh)
        algorithm = SHA1() if self._signature_version == "1" else SHA256()
        try:
            signature = base64.b64decode(unsigned["Signature"], validate=True)
            key.verify(signature, _signed_text(message), PKCS1v15(), algorithm)
        except (InvalidSignature, ValueError):
            return False
        return True


def _parse(body: bytes) -> tuple[SnsMessage, SnsMessage]:
    try:
        fields = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "not JSON") from error
    kind = fields.get("Type") if isinstance(fields, dict) else None
    if not isinstance(kind, str) or kind not in SIGNED:
        raise Refusal(400, "not a message of SNS")
    signed = {name: fields.get(name) for name in SIGNED[kind]}
    if signed.get("Subject", "") is None:
        del signed["Subject"]
    unsigned = {name: fields.get(name) for name in UNSIGNED}
    return _texts(signed), _texts(unsigned)


def _texts(fields: Mapping[str, object]) -> SnsMessage:
    texts = {}
    for name, value in fields.items():
        if not isinstance(value, str):
            raise Refusal(400, f"{name} is missing")
        texts[name] = value
    return texts


def _signed_text(message: SnsMessage) -> bytes:
    lines = (f"{name}\n{message[name]}\n" for name in SIGNED[message["Type"]] if name in message)
    return "".join(lines).encode()


def _check_age(timestamp: str) -> None:
    try:
        age = datetime.now(timezone.utc) - datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError as error:
        raise in_doubt("the time is unreadable") from error
    if age > LONGEST_AGE:
        raise forged("too old")
    if age < -CLOCK_SKEW:
        # Most likely the clock of this machine is wrong: a later delivery may be accepted.
        raise in_doubt("the time is in the future")
