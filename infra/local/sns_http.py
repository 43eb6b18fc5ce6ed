"""HTTP subscribers of the local SNS: what they are sent, and what becomes of it if it cannot be delivered."""

import base64
import datetime
import functools
import json
import logging
import urllib.parse

import sns_delivery
import sns_retries
import sns_signature
from ministack.core.responses import new_uuid, request_scope
from ministack.services import sns

PROTOCOLS = ("http", "https")

logger = logging.getLogger("sns")


class Subscribers:
    """Topics and subscriptions are those of the emulator."""

    def __init__(self, address: str, second: float):
        """`address` is that of the local AWS; `second` is the length of a second of a delivery policy, in seconds."""
        self._address = address
        self.signer = sns_signature.Signer(address)
        self._delivery = sns_delivery.Delivery(second)

    def signed(self, envelope: str, topic: dict) -> str:
        """The envelope with a signature in the topic's version, and a time in milliseconds as SNS has it."""
        message = {**json.loads(envelope), "Timestamp": _now()}
        return json.dumps(self.signer.sign(message, topic["attributes"].get("SignatureVersion")))

    def notify(self, topic: dict, subscription: dict, message_id: str, message: str, subject: str, attributes: dict):
        """Begins to deliver a published message."""
        raw = subscription["attributes"].get("RawMessageDelivery") == "true"
        body = sns._build_envelope(topic["arn"], message_id, message, subject, attributes, raw)
        if not raw:
            unsubscribe = f"{self._address}/?Action=Unsubscribe&SubscriptionArn={subscription['arn']}"
            body = json.dumps({**json.loads(body), "UnsubscribeURL": unsubscribe})
        headers = _headers(topic, subscription, "Notification", message_id)
        headers["x-amz-sns-subscription-arn"] = subscription["arn"]
        if raw:
            headers["x-amz-sns-rawdelivery"] = "true"
        give_up = functools.partial(_dead_letter, topic, subscription, body, raw, message, attributes)
        self._post(topic, subscription, headers, body, _exists, give_up)

    def confirm(self, topic: dict, subscription: dict) -> None:
        """Begins to ask the endpoint for its confirmation."""
        arn, token = topic["arn"], subscription["token"]
        message = {
            "Type": "SubscriptionConfirmation",
            "MessageId": new_uuid(),
            "Token": token,
            "TopicArn": arn,
            "Message": f"You have chosen to subscribe to the topic {arn}.\n"
            "To confirm the subscription, visit the SubscribeURL included in this message.",
            "SubscribeURL": f"{self._address}/?Action=ConfirmSubscription&TopicArn={arn}&Token={token}",
        }
        headers = _headers(topic, subscription, message["Type"], message["MessageId"])
        body = self.signed(json.dumps(message), topic)
        self._post(topic, subscription, headers, body, _awaits_confirmation, functools.partial(_drop, subscription))

    def _post(self, topic: dict, subscription: dict, headers: dict, body: str, wanted, give_up) -> None:
        rules = sns_retries.policy(subscription["attributes"], topic["attributes"])
        message = sns_delivery.Message(
            url=subscription["endpoint"],
            headers=headers,
            body=body.encode(),
            delays=sns_retries.delays(rules),
            wanted=functools.partial(wanted, subscription),
            give_up=give_up,
        )
        self._delivery.post(message)


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _headers(topic: dict, subscription: dict, kind: str, message_id: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/sns/latest/dg/http-header.html"""
    headers = {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic["arn"],
        "Content-Type": sns_retries.content_type(subscription["attributes"]),
        "User-Agent": "Amazon Simple Notification Service Agent",
    }
    url = urllib.parse.urlsplit(subscription["endpoint"])
    if url.username is not None:
        user, password = (urllib.parse.unquote(part or "") for part in (url.username, url.password))
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return headers


def _scope(subscription: dict):
    """The emulator's tables are those of one account and region, which a thread of ours has to name."""
    region, account = subscription["topic_arn"].split(":")[3:5]
    return request_scope(account, region)


def _exists(subscription: dict) -> bool:
    with _scope(subscription):
        return sns._find_subscription(subscription["topic_arn"], subscription["arn"]) is not None


def _awaits_confirmation(subscription: dict) -> bool:
    return _exists(subscription) and not subscription["confirmed"]


def _dead_letter(topic: dict, subscription: dict, body: str, raw: bool, message: str, attributes: dict, reason: str):
    """The queue's policy must let SNS in for this topic; the emulator checks it, and says in the log if it does not."""
    redrive = json.loads(subscription["attributes"].get("RedrivePolicy") or "{}")
    queue = redrive.get("deadLetterTargetArn")
    if not queue:
        _drop(subscription, reason)
        return
    logger.warning("SNS HTTP delivery to %s given up (%s): to %s", subscription["endpoint"], reason, queue)
    with _scope(subscription):
        sns._deliver_to_sqs(queue, body, raw, message, message_attributes=attributes, topic_arn=topic["arn"])


def _drop(subscription: dict, reason: str) -> None:
    logger.warning("SNS HTTP delivery to %s given up (%s): dropped", subscription["endpoint"], reason)
