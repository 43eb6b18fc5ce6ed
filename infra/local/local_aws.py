"""Starts the local AWS: ministack, made to answer as AWS does in the few places where this project would notice.

Stricter than the original: what AWS does on behalf of a function's role (reading its queue and its streams, writing
its log, a schedule's call) is refused here, too, unless the role grants it. So a run of the end-to-end tests proves
that the template's roles are enough, and that each of their actions is needed.

Each change below says what AWS does. They reach into one exact version, so another version is refused.
"""

import functools
import importlib.metadata
import os
import sys
import threading

import cbor2
import hypercorn.asyncio
import sns_http
import uvicorn
import uvloop
from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import apigateway, eventbridge, lambda_svc, sns
from ministack.services.cloudformation import provisioners

VERSION = "1.5.33"

# HTTP subscribers of SNS. LOCAL_SNS_SECOND is the length of a second of a delivery policy, in milliseconds.
SUBSCRIBERS = sns_http.Subscribers(
    address=f"http://{sns._HOST}:{sns._PORT}",
    second=float(os.environ.get("LOCAL_SNS_SECOND") or 1000) / 1000,
)

# AWS authorizes a batch by the action for one: `sqs:SendMessageBatch` and the like are no IAM actions.
SINGLE = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}

# What an event source mapping does with the role of its function.
READS = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    ),
}


def allows(role_arn: str, action: str, resource_arn: str) -> bool:
    """Whether the policies of the role allow the action on the resource."""
    account, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource_arn,
        region=resource_arn.split(":")[3],
    )
    policies = iam_evaluator._gather_role_policies(role, account)
    return iam_evaluator.evaluate(context, policies).decision == "Allow"


def refused(role_arn: str, actions: tuple, resource_arn: str) -> bool:
    """True, and said in the log, where the role lacks one of the actions."""
    lacking = [action for action in actions if not allows(role_arn, action, resource_arn)]
    if lacking:
        say_refused(role_arn, lacking, resource_arn)
    return bool(lacking)


def say_refused(principal_arn: str, actions: list, resource_arn: str) -> None:
    """grants.py reads these lines."""
    lambda_svc.logger.error("AccessDenied: %s may not %s on %s", principal_arn, ", ".join(actions), resource_arn)


def replaces(module, name: str):
    """Puts the decorated function in the place of `module.name`; it is given the original first."""

    def put(function):
        original = getattr(module, name)
        setattr(module, name, functools.wraps(original)(functools.partial(function, original)))
        return function

    return put


@replaces(iam_evaluator, "enforce")
def told(original, access_key_id, iam_action, service, region, resource_arn="*", *arguments, **named):
    """Every refusal is said in the log."""
    denied = original(access_key_id, iam_action, service, region, resource_arn, *arguments, **named)
    if isinstance(denied, iam_evaluator.EvalResult):
        say_refused(denied.principal_arn, [iam_action], resource_arn)
    return denied


@replaces(iam_actions, "extract_iam_action")
def action_of(original, service, method, path, *arguments, **named):
    """The SDK for Rust speaks to CloudWatch in CBOR, with the operation in the path: AWS checks those calls, too."""
    if service == "monitoring" and path.startswith("/service/"):
        return f"cloudwatch:{path.rsplit('/', 1)[-1]}"
    action = original(service, method, path, *arguments, **named)
    return SINGLE.get(action, action)


@replaces(iam_actions, "extract_resource_arn")
def resource_of(original, service, method, path, headers, body, query_params, region, account, *more, **named):
    """CloudWatch's alarms: the SDK for Rust speaks CBOR, and DeleteAlarms names its alarms in a list.

    AWS checks each name of the list; here a list of one is enough.
    """
    if service == "monitoring" and body and "cbor" in headers.get("content-type", ""):
        request = cbor2.loads(body)
        names = request.get("AlarmNames") or [request.get("AlarmName")]
        if len(names) == 1 and names[0]:
            return f"arn:aws:cloudwatch:{region}:{account}:alarm:{names[0]}"
    return original(service, method, path, headers, body, query_params, region, account, *more, **named)


@replaces(lambda_svc, "_iter_all_esms")
def readable_mappings(original):
    """Lambda polls with the function's role.

    A parameter of CloudFormation is a text, which AWS turns into the number that the property needs.
    """
    for account, region, mapping in original():
        scaling = mapping.get("ScalingConfig") or {}
        if isinstance(scaling.get("MaximumConcurrency"), str):
            scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
        source = mapping.get("EventSourceArn", "")
        function = lambda_svc._functions.get_scoped(account, region, mapping.get("FunctionName", ""))
        role = ((function or {}).get("config") or {}).get("Role")
        if role and refused(role, READS.get(source.split(":")[2], ()), source):
            continue
        yield account, region, mapping


@replaces(lambda_svc, "_execute_function")
def partial_failure_of_a_stream(original, function, event, *arguments, **named):
    """Lambda delivers a stream's batch again from the first item that the function reports as failed.

    Here the whole batch comes again, which a function must bear anyway. The original drops what failed.
    """
    result = original(function, event, *arguments, **named)
    records = event.get("Records") if isinstance(event, dict) else None
    if records and isinstance(records, list) and records[0].get("eventSource") == "aws:dynamodb":
        body = result.get("body")
        failed = body.get("batchItemFailures") if isinstance(body, dict) else None
        if failed and not result.get("error"):
            answer = {"errorType": "BatchItemFailures", "errorMessage": f"{len(failed)} of {len(records)} failed"}
            return {**result, "error": True, "body": answer}
    return result


@replaces(lambda_svc, "_emit_lambda_logs")
def log_lines(original, function, *arguments, **named):
    """Lambda writes a function's log with the function's role: without the grant there is no log."""
    configuration = function.get("config") or function
    group = (configuration.get("LoggingConfig") or {}).get("LogGroup")
    region, account = configuration["FunctionArn"].split(":")[3:5]
    stream = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:any"
    if not refused(configuration.get("Role", ""), ("logs:CreateLogStream", "logs:PutLogEvents"), stream):
        original(function, *arguments, **named)


@replaces(eventbridge, "_invoke_target")
def target_call(original, target, *arguments, **named):
    """EventBridge Scheduler calls its target with the schedule's role."""
    role = target.get("RoleArn")
    if not role or not refused(role, ("lambda:InvokeFunction",), target.get("Arn", "")):
        original(target, *arguments, **named)


def in_api_case(configuration: dict) -> dict:
    """CloudFormation spells the properties with a capital, the API without."""
    return {name[:1].lower() + name[1:]: value for name, value in configuration.items()}


@replaces(apigateway, "_cors_response_headers")
def cors_headers(original, configuration, origin):
    """API Gateway adds the CORS headers that the template configures. The original reads the API's spelling only."""
    return original(in_api_case(configuration), origin)


@replaces(apigateway, "_cors_preflight_response")
def preflight(original, configuration, origin):
    """API Gateway answers a preflight itself; the original finds no configuration and answers 403."""
    return original(in_api_case(configuration), origin)


@replaces(provisioners, "_cw_metric_alarm_record")
def alarm_on_an_expression(original, name, properties):
    """CloudWatch takes alarms on expressions over several metrics. Here one is kept under the first of them."""
    metrics = properties.get("Metrics")
    if not metrics:
        return original(name, properties)
    first = next(metric["MetricStat"] for metric in metrics if "MetricStat" in metric)
    rest = {key: value for key, value in properties.items() if key != "Metrics"}
    return original(name, {**rest, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]})


@replaces(sns, "_subscribe")
def subscribe(original, params):
    """With ReturnSubscriptionArn, SNS returns the ARN of a pending subscription, too.

    And subscribing a pending endpoint again sends it another confirmation.
    """
    topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
    before = subscription(topic, params)
    status, headers, body = original(params)
    made = subscription(topic, params)
    if status == 200 and made and not made["confirmed"]:
        if before:
            sns.asyncio.ensure_future(sns._send_subscription_confirmation(made["topic_arn"], made))
        asked = sns._p(params, "ReturnSubscriptionArn") == "true"
        shown = made["arn"] if asked else "pending confirmation"
        body = sns._xml(
            200,
            "SubscribeResponse",
            f"<SubscribeResult><SubscriptionArn>{shown}</SubscriptionArn></SubscribeResult>",
        )[2]
    return status, headers, body


@replaces(sns, "_build_envelope")
def envelope(original, topic_arn, message_id, message, subject, message_attributes, raw):
    """SNS signs every envelope; the original has a constant in place of the signature."""
    text = original(topic_arn, message_id, message, subject, message_attributes, raw)
    return text if raw else SUBSCRIBERS.signed(text, sns._topic_by_arn_any_scope(topic_arn))


@replaces(sns, "_send_subscription_confirmation")
async def confirmation(_, topic_arn, pending):
    """SNS signs and retries confirmations, too."""
    topic = sns._topic_by_arn_any_scope(topic_arn)
    if topic and pending["token"]:
        SUBSCRIBERS.confirm(topic, pending)


# Set while a message is given to the subscribers that are not on HTTP.
others = threading.local()


@replaces(sns, "_topic_by_arn_any_scope")
def topic_by_arn(original, topic_arn):
    topic = original(topic_arn)
    if topic and getattr(others, "only", False):
        rest = [each for each in topic["subscriptions"] if each["protocol"] not in sns_http.PROTOCOLS]
        return {**topic, "subscriptions": rest}
    return topic


@replaces(sns, "_fanout")
def fan_out(original, topic_arn, message_id, message, subject, structure="", attributes=None, **fifo):
    """SNS retries a delivery over HTTP, and then has dead letters; the original tries once."""
    topic = sns._topic_by_arn_any_scope(topic_arn)
    for each in list(topic["subscriptions"]) if topic else []:
        if each["protocol"] in sns_http.PROTOCOLS and each["confirmed"]:
            own = sns._resolve_message_for_protocol(message, structure, each["protocol"])
            if sns._matches_filter_policy(each, attributes or {}, own):
                SUBSCRIBERS.notify(topic, each, message_id, own, subject, attributes or {})
    others.only = True
    try:
        original(topic_arn, message_id, message, subject, structure, attributes, **fifo)
    finally:
        others.only = False


def subscription(topic: dict | None, params) -> dict | None:
    """The topic's subscription of that protocol and endpoint."""
    wanted = (sns._p(params, "Protocol"), sns._p(params, "Endpoint"))
    every = topic["subscriptions"] if topic else []
    return next((each for each in every if (each["protocol"], each["endpoint"]) == wanted), None)


async def serve(application, config) -> None:
    """Serves with parsers in C: the original's server is written in Python and takes a third of the tests' time."""
    host, port = config.bind[0].rsplit(":", 1)
    server = uvicorn.Config(
        application,
        host=host,
        port=int(port),
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=config.keep_alive_timeout,
    )
    await uvicorn.Server(server).serve()


def main() -> None:
    found = importlib.metadata.version("ministack")
    if found != VERSION:
        sys.exit(f"this launcher corrects ministack {VERSION} and found {found}")
    app.app = SUBSCRIBERS.signer.serves(app.app)
    # `app.main` imports it when it starts.
    hypercorn.asyncio.serve = serve
    uvloop.install()
    app.main()


if __name__ == "__main__":
    main()
