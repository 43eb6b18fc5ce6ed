"""A submission: verifies the customer's JWT, counts the submission, records it, and queues a verification."""

import hashlib
import json
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import jwt
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from runtime import run

BROADCASTERS = os.environ["BROADCASTERS_TABLE"]
PURCHASES = os.environ["PURCHASES_TABLE"]
QUEUE_URL = os.environ["VERIFICATION_QUEUE_URL"]
PER_HOUR = 60

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")
pool = ThreadPoolExecutor(2)
serialize = TypeSerializer().serialize
deserialize = TypeDeserializer().deserialize


def marshall(item):
    return {name: serialize(value) for name, value in item.items()}


def read(table, key):
    answer = dynamodb.get_item(TableName=table, Key=marshall(key), ConsistentRead=True)
    item = answer.get("Item")
    return item and {name: deserialize(value) for name, value in item.items()}


def caller(authorization):
    token = authorization.removeprefix("Bearer ")
    claimed = jwt.decode(token, options={"verify_signature": False})
    broadcaster = str(claimed["publisherId"])
    keys, profile = pool.map(
        lambda sk: read(BROADCASTERS, {"pk": broadcaster, "sk": sk}), ["jwks", "profile"]
    )
    if not keys or not profile:
        raise jwt.InvalidTokenError
    key_set = jwt.PyJWKSet.from_json(keys["jwks"])
    key = key_set[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["ES256", "RS256"])
    return broadcaster, str(claims["customerId"])


def count(broadcaster, customer, now):
    dynamodb.update_item(
        TableName=PURCHASES,
        Key=marshall({"pk": f"{broadcaster}#customer#{customer}#{int(now) // 3600}"}),
        UpdateExpression="SET expires_at = :expires ADD submissions :one",
        ConditionExpression="attribute_not_exists(submissions) OR submissions < :most",
        ExpressionAttributeValues=marshall(
            {":expires": int(now) + 7200, ":one": 1, ":most": PER_HOUR}
        ),
    )


def record(broadcaster, submission):
    content = json.dumps([submission["store"], submission["locator"], submission["customer"]])
    digest = hashlib.sha256(content.encode()).hexdigest()
    correlation_id = submission["correlationId"]
    items = [
        {"pk": f"{broadcaster}#request#{correlation_id}", **submission},
        {"pk": f"{broadcaster}#latest#{digest}", "correlationId": correlation_id},
    ]
    dynamodb.transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": PURCHASES,
                    "Item": marshall(item),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for item in items
        ]
    )


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }


def handler(event):
    if event["routeKey"] != "POST /{store}/purchase-validation":
        return answer(404, {"error": "no such resource"})
    try:
        broadcaster, customer = caller(event["headers"].get("authorization", ""))
    except jwt.InvalidTokenError:
        return answer(401, {"error": "the token is not valid"})
    subscription_id = json.loads(event["body"])["subscriptionId"]
    now = time.time()
    count(broadcaster, customer, now)
    correlation_id = str(uuid.uuid4())
    if read(PURCHASES, {"pk": f"{broadcaster}#request#{correlation_id}"}):
        return answer(409, {"error": "the id is taken"})
    submission = {
        "broadcaster": broadcaster,
        "customer": customer,
        "correlationId": correlation_id,
        "store": event["pathParameters"]["store"],
        "locator": {"key": subscription_id, "details": {"subscriptionId": subscription_id}},
        "submittedAt": datetime.fromtimestamp(now, UTC).isoformat(),
    }
    record(broadcaster, submission)
    sqs.send_message(QueueUrl=QUEUE_URL, MessageBody=json.dumps(submission))
    return answer(202, {"status": "queued", "correlationId": correlation_id})


run(handler)
