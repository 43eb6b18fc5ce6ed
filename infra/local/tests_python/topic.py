"""A topic of the local AWS with its subscriptions and dead-letter queues."""

import json
import time
import urllib.request
import uuid

import local_aws_process
from subscriber import Subscriber

# Two retries, one and two seconds after the attempt before.
TWO_RETRIES = {"numRetries": 2, "minDelayTarget": 1, "maxDelayTarget": 2}


class Topic:
    def __init__(self, **attributes: str):
        aws = local_aws_process.running()
        self.sns, self._sqs = aws.client("sns"), aws.client("sqs")
        self.name = f"topic-{uuid.uuid4().hex}"
        self.arn = self.sns.create_topic(Name=self.name, Attributes=attributes)["TopicArn"]

    def subscribe(self, subscriber: Subscriber, retries: dict = TWO_RETRIES, **attributes: str) -> str:
        """Subscribes and confirms; returns the subscription's ARN."""
        arn = self.sns.subscribe(
            TopicArn=self.arn,
            Protocol="http",
            Endpoint=subscriber.url,
            Attributes={"DeliveryPolicy": json.dumps({"healthyRetryPolicy": retries}), **attributes},
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        [asked] = subscriber.wait_for(1, "SubscriptionConfirmation")
        with urllib.request.urlopen(asked.message()["SubscribeURL"]) as confirmed:
            assert confirmed.status == 200
        return arn

    def publish(self, message: str, **attributes: str) -> str:
        """Returns the message's id."""
        values = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        return self.sns.publish(TopicArn=self.arn, Message=message, MessageAttributes=values)["MessageId"]

    def queue(self, lets_in: str | None = None) -> tuple[str, str]:
        """The URL of a queue that SNS may write to for this topic, or for another one, and its redrive policy."""
        name = f"queue-{uuid.uuid4().hex}"
        arn = self.arn.replace(":sns:", ":sqs:").replace(self.name, name)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": lets_in or self.arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        url = self._sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
        return url, json.dumps({"deadLetterTargetArn": arn})

    def dead_letters(self, queue_url: str, limit: float = 10) -> list[dict]:
        """Waits for the first ones."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            answer = self._sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])
            if answer.get("Messages"):
                return answer["Messages"]
            time.sleep(0.02)
        return []

    def unsubscribe(self, subscription_arn: str) -> None:
        self.sns.unsubscribe(SubscriptionArn=subscription_arn)

    def set(self, name: str, value: str) -> None:
        self.sns.set_topic_attributes(TopicArn=self.arn, AttributeName=name, AttributeValue=value)

    def delete(self) -> None:
        self.sns.delete_topic(TopicArn=self.arn)
