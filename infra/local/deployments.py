"""Checks that every function of template.yaml can be deployed gradually, and that nothing calls a function past its alias.

Does to the template what AWS does, with SAM's own transform: once with each of two values of DeploymentType. Prints
each fault, and exits with 1 if there is one. `cargo xtask template` runs it.
"""

import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

# What SAM would ask AWS for: the template names no managed policy.
NO_POLICIES = type("Policies", (), {"load": staticmethod(dict)})

# Properties of a function that belong to what calls it, and not to its versions.
OF_CALLERS = ("DeploymentPreference", "Events", "EventInvokeConfig")

# Parameters that never change alone: FunctionSettings has the streams, and no room for all names.
WITH_THEIR_STREAMS = {f"Attached{table}Table" for table in ("Broadcasters", "Purchases", "Subscriptions", "Events")}

# The property by which each type of resource names the function that it calls.
CALLERS = {
    "AWS::ApiGatewayV2::Integration": "IntegrationUri",
    "AWS::Lambda::EventSourceMapping": "FunctionName",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::Scheduler::Schedule": "Target",
}


def transformed(template: pathlib.Path, deployment_type: str) -> dict:
    """The resources that SAM makes of the template, by logical id."""
    parsed = yaml_parse(template.read_text())
    for resource in parsed["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # `sam deploy` puts the address of the code there.
            resource["Properties"]["CodeUri"] = "s3://bucket/code.zip"
    return transform(parsed, {"DeploymentType": deployment_type}, NO_POLICIES)["Resources"]


def named(resources: dict, kind: str) -> dict:
    return {name: resource for name, resource in resources.items() if resource["Type"] == kind}


def callers(resources: dict) -> list:
    """Whatever calls a function, and is not sent to an alias."""
    aliases = named(resources, "AWS::Lambda::Alias")
    faults = []
    for name, resource in resources.items():
        if field := CALLERS.get(resource["Type"]):
            called = resource["Properties"][field]
            called = called["Arn"] if field == "Target" else called
            if called.get("Ref") not in aliases:
                faults.append(f"{name} calls {called} and not its alias")
    return faults


def gradual(resources: dict) -> list:
    """Each function that CodeDeploy would not move, or would not move back on the alarm of its errors."""
    faults = []
    for function in named(resources, "AWS::Lambda::Function"):
        alias = resources.get(f"{function}Aliaslive")
        if not alias:
            faults.append(f"{function} has no alias")
            continue
        update = alias.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        if not update:
            faults.append(f"{function} is not deployed by CodeDeploy")
            continue
        group = resources[update["DeploymentGroupName"]["Ref"]]["Properties"]
        alarms = [alarm["Name"].get("Ref") for alarm in group.get("AlarmConfiguration", {}).get("Alarms", [])]
        if f"{function}ErrorsAlarm" not in alarms:
            faults.append(f"{function} is not moved back by {function}ErrorsAlarm")
        faults += [f"{function} names {alarm}, which is no alarm" for alarm in alarms if alarm not in resources]
        if "DEPLOYMENT_STOP_ON_ALARM" not in group["AutoRollbackConfiguration"]["Events"]:
            faults.append(f"{function} stays where it is on an alarm")
    return faults


def at_once(resources: dict) -> list:
    """What a deployment without CodeDeploy must not contain: the local AWS has no CodeDeploy."""
    return [f"{name} is made although nothing is gradual" for name in resources if "CodeDeploy" in resources[name]["Type"]]


def parameters_in(part) -> set:
    """The names to which a part of the template refers: of parameters, resources and AWS's own values."""
    if isinstance(part, list):
        return set().union(*map(parameters_in, part))
    if not isinstance(part, dict):
        return set()
    if "Ref" in part:
        return {part["Ref"]}
    if "Fn::Sub" in part:
        return set(re.findall(r"\$\{([A-Za-z0-9]+)\}", str(part["Fn::Sub"])))
    return set().union(*map(parameters_in, part.values()))


def unversioned(template: dict) -> list:
    """Changes of a function for which no version is published, so that its alias would stay at the former one."""
    resources = template["Resources"]
    settings = {"Fn::GetAtt": ["FunctionSettings", "Value"]}
    known = parameters_in(resources["FunctionSettings"]["Properties"]["Value"]) | WITH_THEIR_STREAMS
    faults = []
    shared = template["Globals"]["Function"]
    if shared.get("Description") != settings:
        faults.append("a changed parameter does not change the functions' description")
    functions = {"Globals": {"Properties": shared}, **named(resources, "AWS::Serverless::Function")}
    for name, function in functions.items():
        kept = {key: value for key, value in function["Properties"].items() if key not in OF_CALLERS}
        for parameter in sorted((parameters_in(kept) & set(template["Parameters"])) - known):
            faults.append(f"{name}: a change of {parameter} makes no version; FunctionSettings does not contain it")
        if name != "Globals" and function["Properties"].get("VersionDescription") != settings:
            faults.append(f"{name}: a changed parameter makes no version")
        if name != "Globals" and not function["Properties"].get("AutoPublishAliasAllProperties"):
            faults.append(f"{name}: some changed properties make no version")
    return faults


def main() -> None:
    template = pathlib.Path(sys.argv[1])
    by_steps, whole = transformed(template, "Canary10Percent5Minutes"), transformed(template, "AllAtOnce")
    faults = callers(by_steps) + gradual(by_steps) + at_once(whole) + unversioned(yaml_parse(template.read_text()))
    for fault in faults:
        print(fault)
    count = len(named(by_steps, "AWS::Lambda::Function"))
    print(f"{count} functions, {len(faults)} faults")
    sys.exit(1 if faults or not count else 0)


if __name__ == "__main__":
    main()
