"""Delays between the attempts of SNS to deliver a message to an HTTP endpoint.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html describes the policy, its defaults and its
four phases.
"""

import json

# "The total policy retry time for an HTTP/S endpoint cannot be greater than 3,600 seconds."
LONGEST_SECONDS = 3600

# "Default" in the table of that page.
DEFAULTS = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "numMaxDelayRetries": 0,
    "backoffFunction": "linear",
}


def policy(subscription: dict, topic: dict) -> dict:
    """The retry policy that holds for a subscription, from the attributes of both: its own before the topic's."""
    own = _object(subscription.get("DeliveryPolicy")).get("healthyRetryPolicy")
    shared = _object(_object(topic.get("DeliveryPolicy")).get("http")).get("defaultHealthyRetryPolicy")
    return {**DEFAULTS, **(own or shared or {})}


def content_type(subscription: dict) -> str:
    """The content type that the delivery policy asks for, on the same page under `headerContentType`."""
    request = _object(_object(subscription.get("DeliveryPolicy")).get("requestPolicy"))
    return request.get("headerContentType") or "text/plain; charset=UTF-8"


def delays(rules: dict) -> list[float]:
    """The delay before each retry in seconds, an hour in all at most.

    SNS varies its delays at random ("applies jittering"), by how much is not documented. Here they are exact.
    """
    least, most = rules["minDelayTarget"], rules["maxDelayTarget"]
    immediate, before, after = rules["numNoDelayRetries"], rules["numMinDelayRetries"], rules["numMaxDelayRetries"]
    backoff = max(0, rules["numRetries"] - immediate - before - after)
    every = [0.0] * immediate + [float(least)] * before
    every += [_backoff(rules["backoffFunction"], least, most, step, backoff) for step in range(backoff)]
    every += [float(most)] * after
    return _within_the_hour(every[: rules["numRetries"]])


def _backoff(function: str, least: float, most: float, step: int, steps: int) -> float:
    """The delay before a retry of the backoff phase, counted from 0.

    Documented: the first delay is the minimum, the last one the maximum, and the names of the functions. There are
    no formulas; what lies between follows the usual meaning of the names.
    """
    last = steps - 1
    if last < 1:
        return float(least)
    if function == "exponential":
        return least * (most / least) ** (step / last)
    shares = {
        # From one delay to the next, the same is added;
        "linear": step / last,
        # or each time more, by the same amount;
        "arithmetic": step * (step + 1) / (last * (last + 1)),
        # or each time twice as much.
        "geometric": (2**step - 1) / (2**last - 1),
    }
    return least + (most - least) * shares[function]


def _within_the_hour(every: list[float]) -> list[float]:
    """Without the retries that would come after the hour. It is not documented that SNS leaves out just these."""
    passed, kept = 0.0, []
    for delay in every:
        passed += delay
        if passed > LONGEST_SECONDS:
            break
        kept.append(delay)
    return kept


def _object(value) -> dict:
    """A JSON object: an attribute's text, or a part of one that was parsed already."""
    if isinstance(value, str) and value:
        value = json.loads(value)
    return value if isinstance(value, dict) else {}
