"""Shows that the template's roles grant nothing too much and nothing too little.

On a running local stack: takes each grant (one action on one resource) out of its role's policy and runs a test that
needs it. The test must fail, the local AWS must have refused that very action, and with the grant put back the test
must succeed. First and last all those tests run with all grants and must succeed.

`cargo xtask grants` starts a stack for it. The last argument limits it to the grants whose line contains that text.
"""

import argparse
import collections
import contextlib
import copy
import fnmatch
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import boto3

LOGS = "logs::every_function_writes_its_own"
SCHEDULE = "samsung_tv::by_schedule::everything_is_found_without_anybody_s_call"
PURCHASE = "seven_cases::initial_purchase"
RENEWAL = "seven_cases::recurring_payment"
DELETED_ENDPOINT = "endpoints::a_deleted_endpoint_hears_nothing_more"
LISTED = "routes::a_customer_s_subscriptions_come_in_pages_and_each_with_its_history"
OFFERS = "configuration::offers_are_put_listed_changed_and_deleted"
ENTITLEMENTS = "routes::entitlements_have_the_envelope_and_null_for_no_purchase"
POLLING = "routes::polling_with_a_bad_or_unknown_id"
TOKENS = "operator::a_token_is_shown_once_works_and_can_be_revoked"
HEALED_CHANGE = "reconcile::a_lost_notification_is_made_up_for"
HEALED_CLAIM = "reconcile::a_claim_that_the_store_could_not_answer_succeeds_later"

REDELIVERED = "redelivery::an_endpoint_that_was_down_hears_what_it_missed_and_no_other_hears_it_twice"
REPLAYED = "redelivery::a_replay_sends_a_window_of_events_to_one_endpoint"
REDELIVERED_BY_SCHEDULE = "redelivery::the_schedule_sends_what_waits_without_anybody_s_call"

# Role -> "action resource" -> the tests that need it. The first pattern that fits counts.
SHOWN_BY = {
    "PurchaseIntakeRole": {
        "logs:* *": [LOGS],
        "dynamodb:DeleteItem *": ["routes::the_same_submission_while_one_is_pending_has_the_same_correlation_id"],
        "*": ["routes::a_caller_s_correlation_id_is_kept_and_belongs_to_one_submission"],
    },
    "StoreNotificationsRole": {
        "logs:* *": [LOGS],
        "secretsmanager:* *": ["security::an_unknown_broadcaster_reads_like_a_bad_signature"],
        "* VerificationDeadLetters": ["security::a_signed_notification_that_cannot_be_read_is_kept_and_acknowledged"],
        "*": [RENEWAL],
    },
    "StoreVerificationRole": {
        "logs:* *": [LOGS],
        "sqs:ChangeMessageVisibility *": ["outage::a_claim_waits_for_an_outage_to_end"],
        "dynamodb:UpdateItem PurchasesTable": [HEALED_CLAIM],
        "*": [PURCHASE],
    },
    "BeaconFanoutRole": {
        "logs:* *": [LOGS],
        "*": [PURCHASE],
    },
    "ReconciliationRole": {
        "logs:* *": [LOGS],
        "dynamodb:UpdateItem PurchasesTable": [HEALED_CLAIM],
        "*": [HEALED_CHANGE],
    },
    "ReconciliationScheduleRole": {
        "*": [SCHEDULE],
    },
    "RedeliveryRole": {
        "logs:* *": [LOGS],
        "dynamodb:DeleteItem *": ["redelivery::an_endpoint_that_is_deleted_meanwhile_is_no_longer_tried"],
        "* EventsTable*": [REPLAYED],
        "*": [REDELIVERED],
    },
    "RedeliveryScheduleRole": {
        "*": [REDELIVERED_BY_SCHEDULE],
    },
    "CustomerApiRole": {
        "logs:* *": [LOGS],
        "dynamodb:GetItem SubscriptionsTable": [PURCHASE],
        "* SubscriptionsTable": [ENTITLEMENTS],
        "*": [POLLING],
    },
    "BroadcasterApiRole": {
        "logs:* *": [LOGS],
        "dynamodb:DeleteItem BroadcastersTable": [OFFERS],
        "dynamodb:Query BroadcastersTable": [OFFERS],
        "dynamodb:PutItem SubscriptionsTable": ["endpoints::a_resend_tells_again_what_runs_and_leaves_out_what_ended"],
        "* SubscriptionsTable": [LISTED],
        "* EventsTable": [LISTED],
        "secretsmanager:GetSecretValue *": ["configuration::store_credentials_go_in_and_never_come_out"],
        "sns:Publish *": ["redelivery::a_test_message_reaches_the_endpoint_alone"],
        "sns:SetSubscriptionAttributes *": ["endpoints::an_endpoint_hears_the_topics_that_it_was_changed_to"],
        "sns:Unsubscribe *": [DELETED_ENDPOINT],
        "cloudwatch:DeleteAlarms *": [DELETED_ENDPOINT],
        "*": ["configuration::keys_must_be_public_and_asymmetric", "endpoints::an_endpoint_is_pending_until_it_confirms"],
    },
    "OperatorRole": {
        "logs:* *": [LOGS],
        "dynamodb:DeleteItem *": [TOKENS],
        "dynamodb:Query *": [TOKENS],
        "sns:SetSubscriptionAttributes *": ["operator::endpoints_of_an_earlier_version_get_an_audience"],
        "*": ["operator::creating_a_broadcaster_twice_keeps_its_switches"],
    },
}

EVERY = {test for patterns in SHOWN_BY.values() for tests in patterns.values() for test in tests}

# What the local AWS does not do, so that no test can show who needs it.
NOT_SHOWABLE = {
    "BeaconFanoutRole sqs:SendMessage FanoutDeadLetters": (
        "Lambda writes to a stream's on-failure queue after 100 vain attempts; the local AWS never gives up"
    ),
}

# Seconds that a test waits for what does not come. Without an entry: the argument --patience.
PATIENCE = {LOGS: 3, SCHEDULE: 80, REDELIVERED_BY_SCHEDULE: 80}

# Other tests invoke what these wait for.
ALONE = [SCHEDULE, REDELIVERED_BY_SCHEDULE]

# What no test should exceed, in seconds.
LIMIT = 180

REFUSAL = re.compile(r"AccessDenied: (?P<principal>\S+) may not (?P<actions>.+) on (?P<resource>\S+)")

# `role` and `place` as the template names them, `name` and `resource` as AWS does; `statement` is its position.
Grant = collections.namedtuple("Grant", "role name policy statement action resource place")


class Tests:
    """The built end-to-end tests, on one stack."""

    def __init__(self, binary: pathlib.Path, stack: pathlib.Path, log: pathlib.Path):
        self.binary = binary
        self.environment = {**os.environ, "STACK_JSON": str(stack)}
        self.log = log
        log.write_text("")

    def names(self) -> set:
        listed = subprocess.run([self.binary, "--list"], capture_output=True, text=True, check=True)
        return {line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")}

    def succeed(self, names: list, patience: int | None = None) -> bool:
        """Whether these tests succeed."""
        environment = dict(self.environment)
        if patience:
            environment["PATIENCE_SECONDS"] = str(patience)
        with self.log.open("a") as log:
            log.write(f"\n===== {' '.join(names)}\n")
            log.flush()
            command = [self.binary, "--exact", "--test-threads", "2", *names]
            try:
                ran = subprocess.run(command, env=environment, stdout=log, stderr=log, timeout=LIMIT, check=False)
            except subprocess.TimeoutExpired:
                log.write(f"ended after {LIMIT} s\n")
                return False
        return ran.returncode == 0


class Refusals:
    """What the local AWS says in its log to have refused, from now on."""

    def __init__(self, log: pathlib.Path):
        self.log = log
        self.begin = log.stat().st_size

    def of(self, grant: Grant) -> bool:
        with self.log.open("rb") as log:
            log.seek(self.begin)
            text = log.read().decode(errors="replace")
        return any(
            grant.name in found["principal"]
            and grant.action in found["actions"].split(", ")
            and fnmatch.fnmatchcase(found["resource"], grant.resource)
            for found in REFUSAL.finditer(text)
        )


def as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def client(stack: dict, service: str):
    return boto3.client(
        service,
        endpoint_url=stack["awsEndpoint"],
        region_name=stack["region"],
        aws_access_key_id=stack["accessKeyId"],
        aws_secret_access_key=stack["secretAccessKey"],
    )


def resources_of(stack: dict) -> list:
    pages = client(stack, "cloudformation").get_paginator("list_stack_resources")
    return [each for page in pages.paginate(StackName=stack["stackName"]) for each in page["StackResourceSummaries"]]


def place(arn: str, logical: dict) -> str:
    """A resource as the template names it: `PurchasesTable`, `PurchasesTable/index/due`, `secret:<stack>/*`."""
    for physical, name in logical.items():
        if physical in arn:
            stream = "/stream" if "/stream/" in arn else ""
            index = arn[arn.index("/index/") :] if "/index/" in arn else ""
            return name + stream + index
    return arn.split(":", 5)[-1]


def grants_of(iam, resources: list) -> list:
    """Every action on every resource of every role."""
    logical = {}
    for each in resources:
        physical = each["PhysicalResourceId"]
        # A queue is named by its address, of which the ARN has the last part; a log group's name begins with a slash.
        part = physical if each["ResourceType"] == "AWS::Logs::LogGroup" else physical.rsplit("/", 1)[-1]
        logical[part] = each["LogicalResourceId"]
    # The longest first: one name may contain another.
    logical = dict(sorted(logical.items(), key=lambda pair: -len(pair[0])))
    found = []
    for role in resources:
        if role["ResourceType"] != "AWS::IAM::Role":
            continue
        name = role["PhysicalResourceId"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for position, statement in enumerate(as_list(document["Statement"])):
                found += [
                    Grant(role["LogicalResourceId"], name, policy, position, action, resource, place(resource, logical))
                    for resource in as_list(statement["Resource"])
                    for action in as_list(statement["Action"])
                ]
    return found


def less(document: dict, grant: Grant) -> dict:
    """The policy without just that grant."""
    statements = []
    for position, statement in enumerate(as_list(document["Statement"])):
        if position != grant.statement:
            statements.append(statement)
            continue
        others = [action for action in as_list(statement["Action"]) if action != grant.action]
        elsewhere = [resource for resource in as_list(statement["Resource"]) if resource != grant.resource]
        if others:
            statements.append({**statement, "Action": others})
        if elsewhere:
            statements.append({**statement, "Action": grant.action, "Resource": elsewhere})
    return {**document, "Statement": statements}


@contextlib.contextmanager
def without(iam, grant: Grant):
    """Takes the grant away, and gives it back whatever happens."""
    named = {"RoleName": grant.name, "PolicyName": grant.policy}
    whole = iam.get_role_policy(**named)["PolicyDocument"]
    left = less(copy.deepcopy(whole), grant)
    try:
        if left["Statement"]:
            iam.put_role_policy(**named, PolicyDocument=json.dumps(left))
        else:
            iam.delete_role_policy(**named)
        yield
    finally:
        iam.put_role_policy(**named, PolicyDocument=json.dumps(whole))


def tests_for(grant: Grant) -> list:
    wanted = f"{grant.action} {grant.place}"
    patterns = SHOWN_BY.get(grant.role, {})
    return next((tests for pattern, tests in patterns.items() if fnmatch.fnmatchcase(wanted, pattern)), [])


def verdict(iam, tests: Tests, log: pathlib.Path, grant: Grant, patience: int) -> tuple:
    """Whether the grant is shown to be needed, and how."""
    unclear = None
    for test in tests_for(grant):
        for _attempt in range(2):
            with without(iam, grant):
                refusals = Refusals(log)
                passed = tests.succeed([test], PATIENCE.get(test, patience))
                refused = refusals.of(grant)
            if passed:
                break
            if refused and tests.succeed([test]):
                return True, f"needed: {test}"
            # Perhaps what the grant before left undone was in its way.
            unclear = f"UNCLEAR: {test} fails {'with the grant, too' if refused else 'but nothing was refused'}"
    if unclear:
        return False, unclear
    if not tests_for(grant):
        return False, "NOT SHOWN: this script names no test for it"
    return False, "NOT NEEDED: used, but nothing depends on it" if refused else "NOT NEEDED"


def all_pass(tests: Tests, when: str) -> bool:
    """Runs the whole selection with all grants, with the tests' usual patience."""
    begun = time.monotonic()
    passed = tests.succeed(sorted(EVERY.difference(ALONE))) and all(tests.succeed([test]) for test in ALONE)
    outcome = "pass" if passed else f"FAIL; {tests.log} says why"
    print(f"{when}, all grants: {len(EVERY)} tests {outcome} ({time.monotonic() - begun:.0f} s)", flush=True)
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", type=pathlib.Path, required=True, help="stack.json of the running stack")
    parser.add_argument("--tests", type=pathlib.Path, required=True, help="the built end-to-end tests")
    parser.add_argument("--patience", type=int, default=6, help="seconds that a test waits")
    parser.add_argument("only", nargs="?", default="", help="only grants whose line contains this")
    arguments = parser.parse_args()
    # Leaves by the way that gives the grant back.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit("stopped"))

    begun = time.monotonic()
    stack = json.loads(arguments.stack.read_text())
    logs = pathlib.Path(stack["logs"])
    iam = client(stack, "iam")
    tests = Tests(arguments.tests.resolve(), arguments.stack.resolve(), logs / "grants.log")
    if unknown := EVERY - tests.names():
        sys.exit(f"no such tests: {', '.join(sorted(unknown))}")
    if not all_pass(tests, "before"):
        return 1

    grants = grants_of(iam, resources_of(stack))
    lines = [f"{grant.role} {grant.action} {grant.place}" for grant in grants]
    chosen = [(grant, line) for grant, line in zip(grants, lines, strict=True) if arguments.only in line]
    counted = collections.Counter()
    for number, (grant, line) in enumerate(chosen, 1):
        started = time.monotonic()
        if reason := NOT_SHOWABLE.get(line):
            counted["can't be shown here"] += 1
            said = f"CAN'T BE SHOWN: {reason}"
        else:
            needed, said = verdict(iam, tests, logs / "local-aws.log", grant, arguments.patience)
            counted["needed" if needed else "not needed, or not shown to be"] += 1
        print(f"[{number}/{len(chosen)}] {line}: {said} ({time.monotonic() - started:.1f} s)", flush=True)

    enough = all_pass(tests, "after")
    summary = ", ".join(f"{count} {what}" for what, count in counted.items())
    print(f"{len(chosen)} grants: {summary}; {time.monotonic() - begun:.0f} s", flush=True)
    return 0 if enough and not counted["not needed, or not shown to be"] else 1


if __name__ == "__main__":
    sys.exit(main())
