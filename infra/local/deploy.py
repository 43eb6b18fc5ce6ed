"""Deploys template.yaml to the local AWS, unchanged but for where the code is.

What `sam build` and `sam deploy` do to a template is put each function's CodeUri where the built zip lies. This does
that one thing with the binaries that the tests share, so that nothing is compiled again for the local stack.

Prints one line of JSON on stdout: the stack's outputs, name to value. What it is doing goes to stderr.
"""

import argparse
import io
import json
import os
import pathlib
import re
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

BUCKET = "purchase-beacon-local-code"
CODE_URI = re.compile(r"^(?P<indent>\s*)CodeUri: functions/(?P<name>[a-z-]+)$", re.MULTILINE)


def zipped(binary: pathlib.Path) -> bytes:
    """A deployment package that holds `binary` as `bootstrap`. Stored, not compressed: it only goes over loopback."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        package.writestr(entry, binary.read_bytes())
    return buffer.getvalue()


def upload(s3, functions: pathlib.Path, name: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=zipped(functions / name / "bootstrap"))


def wait(cloudformation, stack: str, wanted: str, timeout: float) -> dict:
    """The outputs of `stack` once its status is `wanted`. Exits with the reason of the first resource that failed."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        if found["StackStatus"] == wanted:
            return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
        if not found["StackStatus"].endswith("IN_PROGRESS") or "ROLLBACK" in found["StackStatus"]:
            events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
            for event in reversed(failed):
                print(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}", file=sys.stderr)
            sys.exit(f"the stack is {found['StackStatus']}: {found.get('StackStatusReason', 'no reason given')}")
        time.sleep(0.1)
    sys.exit(f"the stack was not deployed in {timeout:.0f} seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template", type=pathlib.Path, required=True)
    parser.add_argument("--functions", type=pathlib.Path, required=True, help="folder with <name>/bootstrap")
    parser.add_argument("--stack", required=True)
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--update", action="store_true", help="the stack exists: change it")
    parser.add_argument("--timeout", type=float, default=120, help="seconds")
    arguments = parser.parse_args()
    if not os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:"):
        sys.exit("AWS_ENDPOINT_URL must name the local AWS on 127.0.0.1: this script never talks to another")

    settings = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    s3 = boto3.client("s3", config=settings)
    cloudformation = boto3.client("cloudformation", config=settings)

    template = arguments.template.read_text()
    names = [match["name"] for match in CODE_URI.finditer(template)]
    if not names:
        sys.exit(f"{arguments.template} names no function")
    s3.create_bucket(Bucket=BUCKET)
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda name: upload(s3, arguments.functions, name), names))
    print(f"uploaded {len(names)} functions", file=sys.stderr)

    # By address: a template in the request itself may have 51,200 bytes.
    body = CODE_URI.sub(rf"\g<indent>CodeUri: s3://{BUCKET}/\g<name>.zip", template)
    s3.put_object(Bucket=BUCKET, Key="template.yaml", Body=body.encode())
    change, wanted = cloudformation.create_stack, "CREATE_COMPLETE"
    if arguments.update:
        change, wanted = cloudformation.update_stack, "UPDATE_COMPLETE"
    change(
        StackName=arguments.stack,
        TemplateURL=f"{os.environ['AWS_ENDPOINT_URL']}/{BUCKET}/template.yaml",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[
            dict(zip(("ParameterKey", "ParameterValue"), parameter.split("=", 1), strict=True))
            for parameter in arguments.parameter
        ],
    )
    print(json.dumps(wait(cloudformation, arguments.stack, wanted, arguments.timeout)))


main()
