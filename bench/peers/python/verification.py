"""A batch of verifications: reads what is stored, asks the store, and writes the outcome. All messages at the same
time; those that fail are delivered again."""

import json
import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import urllib3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config

from runtime import run

BROADCASTERS = os.environ["BROADCASTERS_TABLE"]
PURCHASES = os.environ["PURCHASES_TABLE"]
SUBSCRIPTIONS = os.environ["SUBSCRIPTIONS_TABLE"]
SECRET_PREFIX = os.environ["SECRET_PREFIX"]
CACHED_FOR = 60
AT_A_TIME = 10

dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=AT_A_TIME))
secrets = boto3.client("secretsmanager")
http = urllib3.PoolManager(maxsize=AT_A_TIME)
pool = ThreadPoolExecutor(AT_A_TIME)
serialize = TypeSerializer().serialize
deserialize = TypeDeserializer().deserialize
configurations = {}
configuring = threading.Lock()


def marshall(item):
    return {name: serialize(value) for name, value in item.items()}


def read(table, key):
    answer = dynamodb.get_item(TableName=table, Key=marshall(key), ConsistentRead=True)
    item = answer.get("Item")
    return item and {name: deserialize(value) for name, value in item.items()}


def configuration(broadcaster, store):
    name = f"{SECRET_PREFIX}{broadcaster}/{store}"
    with configuring:
        cached = configurations.get(name)
        if cached and time.monotonic() - cached[0] < CACHED_FOR:
            return cached[1]
        value = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
        configurations[name] = (time.monotonic(), value)
        return value


def look_up(store, subscription_id):
    url = (
        f"{store['apiBaseUrl']}/entitlements/v1/partners/{store['partnerId']}"
        f"/subscriptions/{subscription_id}"
    )
    answer = http.request(
        "GET",
        url,
        headers={"authorization": f"Bearer {store['apiKey']}"},
        timeout=store["timeoutSeconds"],
        retries=False,
    )
    if answer.status != 200:
        raise RuntimeError(f"the store answered {answer.status}")
    return answer.json()["data"]


def put(table, item, condition=None, values=None):
    write = {"TableName": table, "Item": marshall(item)}
    if condition:
        write["ConditionExpression"] = condition
    if values:
        write["ExpressionAttributeValues"] = marshall(values)
    return {"Put": write}


def commit(message, state, offer, before):
    broadcaster, store = message["broadcasterId"], message["store"]
    key, cause = message["locator"]["key"], message["cause"]
    now = datetime.now(UTC).isoformat()
    version = before["version"] if before else 0
    subscription = {
        **state,
        "offer": offer,
        "version": version + 1,
        "customer": cause["customerId"],
        "store": store,
    }
    event = {"kind": "updated" if before else "created", "at": now, "subscription": subscription}
    item = {"pk": f"{broadcaster}#{store}#{key}", "sk": "current", **subscription, "events": [event]}
    unchanged = (
        ("version = :version", {":version": version})
        if before
        else ("attribute_not_exists(pk)", None)
    )
    link = {"pk": f"{broadcaster}#{cause['customerId']}", "sk": f"{store}#{key}"}
    submission = {
        "pk": f"{broadcaster}#request#{cause['correlationId']}",
        "outcome": {"success": True, "offer": offer},
        "decidedAt": now,
    }
    dynamodb.transact_write_items(
        TransactItems=[
            put(SUBSCRIPTIONS, item, *unchanged),
            put(SUBSCRIPTIONS, link),
            put(PURCHASES, submission, "attribute_not_exists(outcome)"),
        ]
    )


def verify(record):
    message = json.loads(record["body"])
    broadcaster, store = message["broadcasterId"], message["store"]
    locator, correlation_id = message["locator"], message["cause"]["correlationId"]
    submission = read(PURCHASES, {"pk": f"{broadcaster}#request#{correlation_id}"})
    if not submission or "outcome" in submission:
        return
    read(BROADCASTERS, {"pk": broadcaster, "sk": "profile"})
    read(BROADCASTERS, {"pk": broadcaster, "sk": f"claims#{store}"})
    purchase = {"pk": f"{broadcaster}#{store}#{locator['key']}", "sk": "current"}
    before = read(SUBSCRIPTIONS, purchase)
    state = look_up(configuration(broadcaster, store), locator["details"]["subscriptionId"])
    product = {"pk": broadcaster, "sk": f"product#{store}#{state['planCode']}"}
    listed = read(BROADCASTERS, product)
    commit(message, state, listed and listed["offer"], before)


def failed(record):
    try:
        verify(record)
        return False
    except Exception:  # A message fails alone, whatever the reason.
        logging.exception("a verification failed")
        return True


def handler(event):
    records = event["Records"]
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record, has_failed in zip(records, pool.map(failed, records))
        if has_failed
    ]
    return {"batchItemFailures": failures}


run(handler)
