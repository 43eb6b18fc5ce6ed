"""The local SNS delivers to HTTP endpoints as SNS does."""

import json
import time
import unittest

import local_aws_process
from subscriber import HANG, Subscriber
from topic import TWO_RETRIES, Topic

SECOND = local_aws_process.SECOND_MILLIS / 1000

# Longer than all attempts of TWO_RETRIES take.
LONG_ENOUGH = 0.3


class Delivery(unittest.TestCase):
    def setUp(self):
        self.topic = Topic()

    def subscriber(self, *statuses: int) -> Subscriber:
        made = Subscriber(*statuses)
        self.addCleanup(made.close)
        return made

    def failing(self, status: int, **attributes: str) -> tuple[Subscriber, dict]:
        """A subscriber that always answers with the status, and the only dead letter of one message."""
        subscriber = self.subscriber(status)
        queue, redrive = self.topic.queue()
        self.topic.subscribe(subscriber, RedrivePolicy=redrive, **attributes)
        self.topic.publish("hello", audience="all")
        [letter] = self.topic.dead_letters(queue)
        return subscriber, letter

    def test_a_message_that_arrives_is_sent_once(self):
        subscriber = self.subscriber(204)
        queue, redrive = self.topic.queue()
        arn = self.topic.subscribe(subscriber, RedrivePolicy=redrive)
        message_id = self.topic.publish("hello", kind="new")
        [posted] = subscriber.wait_for(1)
        self.assertEqual(posted.headers["x-amz-sns-message-id"], message_id)
        self.assertEqual(posted.headers["x-amz-sns-topic-arn"], self.topic.arn)
        self.assertEqual(posted.headers["x-amz-sns-subscription-arn"], arn)
        self.assertEqual(posted.headers["content-type"], "text/plain; charset=UTF-8")
        message = posted.message()
        self.assertEqual((message["MessageId"], message["Message"]), (message_id, "hello"))
        self.assertEqual(message["MessageAttributes"], {"kind": {"Type": "String", "Value": "new"}})
        self.assertIn(arn, message["UnsubscribeURL"])
        time.sleep(LONG_ENOUGH)
        self.assertEqual(len(subscriber.posted()), 1)
        self.assertEqual(self.topic.dead_letters(queue, limit=0.1), [])

    def test_server_errors_and_429_are_retried_until_it_arrives(self):
        subscriber = self.subscriber(503, 429, 200)
        queue, redrive = self.topic.queue()
        self.topic.subscribe(subscriber, RedrivePolicy=redrive)
        self.topic.publish("hello")
        first, second, third = subscriber.wait_for(3)
        self.assertEqual(first.body, third.body)
        self.assertGreaterEqual(second.at - first.at, 1 * SECOND)
        self.assertGreaterEqual(third.at - second.at, 2 * SECOND)
        self.assertEqual(self.topic.dead_letters(queue, limit=LONG_ENOUGH), [])

    def test_after_the_last_retry_a_message_is_a_dead_letter(self):
        for status in (429, 500, 599):
            with self.subTest(status):
                subscriber, letter = self.failing(status)
                self.assertEqual(len(subscriber.posted()), 1 + TWO_RETRIES["numRetries"])
                self.assertEqual(letter["Body"], subscriber.posted()[0].body)
                attributes = json.loads(letter["Body"])["MessageAttributes"]
                self.assertEqual(attributes, {"audience": {"Type": "String", "Value": "all"}})

    def test_other_client_errors_are_final(self):
        for status in (400, 403, 404, 410):
            with self.subTest(status):
                subscriber, letter = self.failing(status)
                time.sleep(LONG_ENOUGH)
                self.assertEqual(len(subscriber.posted()), 1)
                self.assertEqual(letter["Body"], subscriber.posted()[0].body)

    def test_a_redirect_is_final_and_not_followed(self):
        for status in (301, 307):
            with self.subTest(status):
                subscriber, _ = self.failing(status)
                time.sleep(LONG_ENOUGH)
                self.assertEqual(len(subscriber.posted()), 1)

    def test_an_endpoint_that_does_not_answer_is_tried_again(self):
        subscriber = self.subscriber(HANG, 200)
        self.topic.subscribe(subscriber)
        self.topic.publish("hello")
        first, second = subscriber.wait_for(2)
        self.assertGreater(second.at - first.at, 1.9, "the time that an answer has")

    def test_an_endpoint_that_is_gone_is_tried_again(self):
        subscriber = Subscriber(200)
        queue, redrive = self.topic.queue()
        self.topic.subscribe(subscriber, RedrivePolicy=redrive)
        subscriber.close()
        began = time.monotonic()
        self.topic.publish("hello")
        self.assertEqual(len(self.topic.dead_letters(queue)), 1)
        self.assertGreaterEqual(time.monotonic() - began, (1 + 2) * SECOND)

    def test_a_raw_message_is_a_raw_dead_letter(self):
        subscriber, letter = self.failing(400, RawMessageDelivery="true")
        [posted] = subscriber.posted()
        self.assertEqual((posted.body, letter["Body"]), ("hello", "hello"))
        self.assertEqual(posted.headers["x-amz-sns-rawdelivery"], "true")
        self.assertEqual(letter["MessageAttributes"]["audience"]["StringValue"], "all")

    def test_the_queues_policy_must_let_the_topic_in(self):
        subscriber = self.subscriber(400)
        queue, redrive = self.topic.queue(lets_in=f"{self.topic.arn}-other")
        self.topic.subscribe(subscriber, RedrivePolicy=redrive)
        self.topic.publish("hello")
        subscriber.wait_for(1)
        self.assertEqual(self.topic.dead_letters(queue, limit=LONG_ENOUGH), [])

    def test_without_a_queue_a_message_is_dropped_and_logged(self):
        subscriber = self.subscriber(404)
        self.topic.subscribe(subscriber)
        self.topic.publish("hello")
        subscriber.wait_for(1)
        wanted = f"SNS HTTP delivery to {subscriber.url} given up (status 404): dropped"
        deadline = time.monotonic() + 5
        while wanted not in local_aws_process.running().log() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertIn(wanted, local_aws_process.running().log())

    def test_the_end_of_a_subscription_or_a_topic_ends_its_retries(self):
        for end in ("subscription", "topic"):
            with self.subTest(end):
                topic = Topic()
                subscriber = self.subscriber(500)
                queue, redrive = topic.queue()
                slow = {"numRetries": 3, "minDelayTarget": 10, "maxDelayTarget": 10}
                arn = topic.subscribe(subscriber, slow, RedrivePolicy=redrive)
                topic.publish("hello")
                subscriber.wait_for(1)
                topic.unsubscribe(arn) if end == "subscription" else topic.delete()
                self.assertEqual(topic.dead_letters(queue, limit=3 * 10 * SECOND), [])
                self.assertEqual(len(subscriber.posted()), 1)


class SideBySide(unittest.TestCase):
    def test_an_endpoint_does_not_hold_up_another_one_or_its_own_next_message(self):
        topic = Topic()
        hanging, failing, healthy = Subscriber(HANG), Subscriber(500), Subscriber(200)
        for each in (hanging, failing, healthy):
            self.addCleanup(each.close)
            # No retry comes within this test.
            topic.subscribe(each, {"numRetries": 3, "minDelayTarget": 600, "maxDelayTarget": 600})
        for number in range(20):
            topic.publish(str(number))
        for each in (healthy, failing, hanging):
            # One after the other, the answers that never come would take forty seconds.
            arrived = {posted.message()["Message"] for posted in each.wait_for(20, limit=5)}
            self.assertEqual(arrived, {str(number) for number in range(20)})

    def test_filter_policies_hold(self):
        topic = Topic()
        ada, bob, everything = Subscriber(200), Subscriber(200), Subscriber(200)
        for each, audience in ((ada, "ada"), (bob, "bob")):
            self.addCleanup(each.close)
            topic.subscribe(each, FilterPolicy=json.dumps({"audience": ["all", audience]}))
        self.addCleanup(everything.close)
        topic.subscribe(everything)
        for audience in ("all", "ada", "bob", "eve"):
            topic.publish(audience, audience=audience)
        topic.publish("nobody")

        def arrived(subscriber: Subscriber, count: int) -> set:
            return {posted.message()["Message"] for posted in subscriber.wait_for(count)}

        self.assertEqual(arrived(everything, 5), {"all", "ada", "bob", "eve", "nobody"})
        self.assertEqual(arrived(ada, 2), {"all", "ada"})
        self.assertEqual(arrived(bob, 2), {"all", "bob"})

    def test_messages_of_a_batch_are_filtered_one_by_one(self):
        topic = Topic()
        subscriber = Subscriber(200)
        self.addCleanup(subscriber.close)
        topic.subscribe(subscriber, FilterPolicy=json.dumps({"audience": ["all", "ada"]}))
        entries = [
            {
                "Id": audience,
                "Message": audience,
                "MessageAttributes": {"audience": {"DataType": "String", "StringValue": audience}},
            }
            for audience in ("bob", "all", "ada")
        ]
        topic.sns.publish_batch(TopicArn=topic.arn, PublishBatchRequestEntries=entries)
        self.assertEqual({posted.message()["Message"] for posted in subscriber.wait_for(2)}, {"all", "ada"})

    def test_subscribers_that_are_not_on_http_are_told_as_well(self):
        topic = Topic()
        subscriber = Subscriber(200)
        self.addCleanup(subscriber.close)
        topic.subscribe(subscriber)
        queue, redrive = topic.queue()
        arn = json.loads(redrive)["deadLetterTargetArn"]
        topic.sns.subscribe(TopicArn=topic.arn, Protocol="sqs", Endpoint=arn)
        topic.publish("hello")
        [posted] = subscriber.wait_for(1)
        [queued] = topic.dead_letters(queue)
        self.assertEqual(json.loads(queued["Body"])["MessageId"], posted.message()["MessageId"])

    def test_a_confirmation_is_retried(self):
        topic = Topic()
        subscriber = Subscriber(200)
        subscriber.confirmation_statuses = [500, 200]
        self.addCleanup(subscriber.close)
        topic.sns.subscribe(
            TopicArn=topic.arn,
            Protocol="http",
            Endpoint=subscriber.url,
            Attributes={"DeliveryPolicy": json.dumps({"healthyRetryPolicy": TWO_RETRIES})},
        )
        first, second = subscriber.wait_for(2, "SubscriptionConfirmation")
        self.assertEqual(first.body, second.body)


if __name__ == "__main__":
    unittest.main()
