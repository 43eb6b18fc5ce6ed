"""Delays between attempts, by the phases and functions of a delivery policy."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

import sns_retries


def delays(**rules) -> list[float]:
    return sns_retries.delays({**sns_retries.DEFAULTS, **rules})


class Delays(unittest.TestCase):
    def test_without_a_policy_there_are_three_retries_twenty_seconds_apart(self):
        self.assertEqual(delays(), [20, 20, 20])
        self.assertEqual(sns_retries.policy({}, {}), sns_retries.DEFAULTS)

    def test_the_phases_follow_each_other(self):
        """The example of the documentation: 50 retries, 3 at once, 2 a second apart, 10 with backoff, 35 slow ones."""
        every = delays(
            minDelayTarget=1,
            maxDelayTarget=60,
            numRetries=50,
            numNoDelayRetries=3,
            numMinDelayRetries=2,
            numMaxDelayRetries=35,
            backoffFunction="exponential",
        )
        self.assertEqual(len(every), 50)
        self.assertEqual(every[:6], [0, 0, 0, 1, 1, 1])
        self.assertEqual(every[14:], [60] * 36)
        self.assertEqual(every, sorted(every))

    def test_every_function_goes_from_the_minimum_to_the_maximum(self):
        """The diagram of the documentation: ten retries from 5 to 260 seconds."""
        for function in ("linear", "arithmetic", "geometric", "exponential"):
            with self.subTest(function):
                every = delays(minDelayTarget=5, maxDelayTarget=260, numRetries=10, backoffFunction=function)
                self.assertEqual((len(every), every[0]), (10, 5))
                self.assertAlmostEqual(every[-1], 260)
                self.assertEqual(every, sorted(every))

    def test_the_functions_are_what_their_names_say(self):
        def steps(function: str) -> list[float]:
            every = delays(minDelayTarget=10, maxDelayTarget=80, numRetries=4, backoffFunction=function)
            return [round(delay, 6) for delay in every]

        self.assertEqual(steps("linear"), [10, 33.333333, 56.666667, 80])
        self.assertEqual(steps("arithmetic"), [10, 21.666667, 45, 80])
        self.assertEqual(steps("geometric"), [10, 20, 40, 80])
        self.assertEqual(steps("exponential"), [10, 20, 40, 80])

    def test_an_hour_is_the_most(self):
        self.assertEqual(delays(minDelayTarget=1000, maxDelayTarget=1000, numRetries=100), [1000] * 3)

    def test_no_retries_can_be_asked_for(self):
        self.assertEqual(delays(numRetries=0), [])

    def test_a_subscriptions_policy_counts_before_its_topics(self):
        topic = {"DeliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 7}}})}
        own = {"DeliveryPolicy": json.dumps({"healthyRetryPolicy": {"numRetries": 1}})}
        self.assertEqual(sns_retries.policy({}, topic)["numRetries"], 7)
        self.assertEqual(sns_retries.policy(own, topic)["numRetries"], 1)


if __name__ == "__main__":
    unittest.main()
