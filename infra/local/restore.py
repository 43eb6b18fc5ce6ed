"""Tries docs/restore.md on a running local stack: restores all tables, attaches them, and uses the stack on them.

What it shows, each by an assertion: who had bought before the restore has an entitlement; what was bought after the
point in time is gone, and is there again after it was submitted again; a new purchase is announced; the schedule and
the journal use the restored tables; nothing is written to the stack's own tables any more; without the parameters the
stack is back at its own tables.

The local AWS restores the present state, whatever time is asked for. So the point in time here is the moment of the
restore. `cargo xtask restore` starts a stack for it.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3

HERE = pathlib.Path(__file__).parent
PLAN = "demo_monthly_899"
OFFER = "S300200111_US"

# The tables whose changes are announced, and how much of a change their streams have.
STREAMS = {"purchases": "NEW_AND_OLD_IMAGES", "subscriptions": "NEW_IMAGE"}

# What one step may take, in seconds.
LIMIT = 30


class Bundle:
    """The stack, as its broadcaster and its operator use it."""

    def __init__(self, stack: dict):
        self.stack = stack

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.stack["awsEndpoint"],
            region_name=self.stack["region"],
            aws_access_key_id=self.stack["accessKeyId"],
            aws_secret_access_key=self.stack["secretAccessKey"],
        )

    def call(self, method: str, path: str, body: dict | None = None) -> tuple:
        """Status and content of an answer of the API."""
        headers = {"Host": self.stack["apiHost"], "X-Publisher-Token": self.stack["publisherToken"]}
        return request(method, self.stack["apiUrl"] + path, body, headers)

    def buys(self) -> str:
        """A new purchase at the store, of which the store says nothing by itself."""
        partner = f"vizio_partner_{self.stack['broadcasterId']}"
        url = f"{self.stack['simulatorUrl']}/control/vizio/{partner}/subscriptions"
        status, sold = request("POST", url, {"planCode": PLAN, "notify": False})
        assert status == 201, sold
        return sold["subscription"]["subscriptionId"]

    def submits(self, customer: str, purchase: str) -> str:
        """The correlation id of a submission that succeeded."""
        body = {"subscriptionId": purchase, "customerId": customer}
        status, answer = self.call("POST", "/vizio/purchase-validation", body)
        assert status == 202, answer
        correlation = answer["correlationId"]
        ended = eventually(
            f"the submission of {customer} ends",
            lambda: (found := self.status(correlation)[1]).get("status") != "pending" and found,
        )
        assert ended["status"] == "success", ended
        return correlation

    def status(self, correlation: str) -> tuple:
        return self.call("GET", f"/vizio/purchase-status?correlationId={correlation}")

    def entitled(self, customer: str) -> bool:
        status, answer = self.call("GET", f"/entitlements/{OFFER}?customerId={customer}")
        assert status == 200, answer
        return bool((answer.get("responseData") or {}).get("accessGranted"))

    def announced(self, purchase: str) -> list:
        """The Beacon notifications that the broadcaster's endpoint received about a purchase, each once."""
        url = f"{self.stack['endpointUrl']}/received/beacon-{self.stack['broadcasterId']}"
        received = [each["message"] for each in request("GET", url)[1]]
        about = {json.dumps(each, sort_keys=True) for each in received if each.get("transaction_id") == purchase}
        return sorted(map(json.loads, about), key=lambda each: each["notification_date"])

    def ids(self, purchase: str) -> list:
        """The ids of the webhook messages about a purchase, one for each delivery."""
        url = f"{self.stack['endpointUrl']}/received/webhooks-{self.stack['broadcasterId']}"
        received = [each["message"] for each in request("GET", url)[1]]
        return [each["id"] for each in received if purchase in json.dumps(each) and each["topic"].startswith("subscription")]


def request(method: str, url: str, body: dict | None = None, headers: dict | None = None) -> tuple:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=LIMIT) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def eventually(what: str, look):
    """What `look` finds, once it finds something."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {LIMIT} s")


def restore(dynamodb, role: str, table: str) -> dict:
    """Restores a table beside the original, and sets what DynamoDB does not restore. Returns its description."""
    restored = f"{table}-restored"
    dynamodb.restore_table_to_point_in_time(
        SourceTableName=table, TargetTableName=restored, UseLatestRestorableTime=True
    )
    dynamodb.get_waiter("table_exists").wait(TableName=restored, WaiterConfig={"Delay": 1})
    if view := STREAMS.get(role):
        stream = {"StreamEnabled": True, "StreamViewType": view}
        dynamodb.update_table(TableName=restored, StreamSpecification=stream)
    if role == "purchases":
        expiry = {"AttributeName": "expires_at", "Enabled": True}
        dynamodb.update_time_to_live(TableName=restored, TimeToLiveSpecification=expiry)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=restored, PointInTimeRecoverySpecification=recovery)
    return dynamodb.describe_table(TableName=restored)["Table"]


def parameters(tables: dict) -> dict:
    """The parameters that attach the tables to a stack."""
    named = {f"Attached{role.capitalize()}Table": table["TableName"] for role, table in tables.items()}
    streams = {f"Attached{role.capitalize()}Stream": tables[role]["LatestStreamLabel"] for role in STREAMS}
    return {**named, **streams}


def deploy(stack: dict, functions: pathlib.Path, cloudformation, changed: dict) -> dict:
    """Changes parameters of the stack and leaves the others. Returns its outputs."""
    found = cloudformation.describe_stacks(StackName=stack["stackName"])["Stacks"][0]["Parameters"]
    before = {each["ParameterKey"]: each["ParameterValue"] for each in found}
    command = [sys.executable, HERE / "deploy.py", "--update", "--stack", stack["stackName"]]
    command += ["--template", HERE / "../../template.yaml", "--functions", functions]
    for name, value in {**before, **changed}.items():
        command += ["--parameter", f"{name}={value}"]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": stack["awsEndpoint"],
        "AWS_ACCESS_KEY_ID": stack["accessKeyId"],
        "AWS_SECRET_ACCESS_KEY": stack["secretAccessKey"],
        "AWS_DEFAULT_REGION": stack["region"],
    }
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def rows(dynamodb, table: str) -> int:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
    return sum(page["Count"] for page in pages)


def schedule_runs(bundle: Bundle) -> None:
    """Runs the schedule's function at its alias; it reads the indexes of the tables, which its role must allow."""
    function = bundle.stack["functions"]["reconciliation"]
    answer = bundle.client("lambda").invoke(FunctionName=function, Qualifier="live", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def say(begun: float, line: str) -> None:
    print(f"{time.monotonic() - begun:5.1f} s  {line}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", type=pathlib.Path, required=True, help="stack.json of the running stack")
    arguments = parser.parse_args()
    begun = time.monotonic()
    bundle = Bundle(json.loads(arguments.stack.read_text()))
    functions = arguments.stack.parent / "functions"
    dynamodb, cloudformation = bundle.client("dynamodb"), bundle.client("cloudformation")
    own = bundle.stack["tables"]

    early, late, new = bundle.buys(), bundle.buys(), bundle.buys()
    answered = bundle.submits("early", early)
    eventually("the early purchase is announced", lambda: bundle.announced(early))
    restored = {role: restore(dynamodb, role, table) for role, table in own.items()}
    say(begun, "a customer bought; all four tables are restored beside the stack's own")

    lost = bundle.submits("late", late)
    first = eventually("the late purchase is announced", lambda: bundle.announced(late))
    first_ids = eventually("the late purchase has webhook messages", lambda: bundle.ids(late))
    say(begun, "another customer bought after the point in time")

    outputs = deploy(bundle.stack, functions, cloudformation, parameters(restored))
    assert outputs["PurchasesTableName"] == restored["purchases"]["TableName"], outputs
    before = {role: rows(dynamodb, table) for role, table in own.items()}
    say(begun, "the restored tables are attached")

    assert bundle.entitled("early"), "who bought before the point in time has an entitlement"
    assert bundle.status(answered)[1]["status"] == "success", "and the outcome of the submission"
    assert not bundle.entitled("late"), "who bought after it has none"
    assert bundle.status(lost)[0] == 404, "and the submission is unknown"
    say(begun, "before: served; after: gone")

    bundle.submits("late", late)
    assert bundle.entitled("late")
    again = eventually("it is announced again", lambda: len(both := bundle.announced(late)) > len(first) and both)
    assert again[-1]["notification_date"] > first[-1]["notification_date"], "later, so receivers apply it"
    both = eventually("webhooks, too", lambda: len(ids := bundle.ids(late)) > len(first_ids) and ids)
    assert set(both) == set(first_ids), "the number of the event, and so its id, is given a second time"
    say(begun, "submitted again: served and announced, with the id of the lost event and a later date")

    bundle.submits("new", new)
    assert bundle.entitled("new")
    eventually("a new purchase is announced", lambda: bundle.announced(new))
    schedule_runs(bundle)
    now = {role: rows(dynamodb, table["TableName"]) for role, table in restored.items()}
    assert now["events"] == before["events"] + 1, "the journal goes on in the restored table"
    assert before == {role: rows(dynamodb, table) for role, table in own.items()}, "the stack's own rest"
    say(begun, "a new purchase is served, announced and in the restored journal; the schedule ran")

    outputs = deploy(bundle.stack, functions, cloudformation, dict.fromkeys(parameters(restored), "none"))
    assert outputs["PurchasesTableName"] == own["purchases"], outputs
    assert bundle.entitled("late") and not bundle.entitled("new")
    say(begun, "without the parameters the stack is back at its own tables")


if __name__ == "__main__":
    main()
