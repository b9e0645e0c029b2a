"""`make destroy`: deletes the owner's stack with all its data, its secrets and its uploads.

It asks for the stack's name first, or reads it from the environment variable CONFIRM.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from scripts.owner.deployed_stack import DeployedStack
from scripts.owner.uploads import BUCKET_OUTPUT, default_bucket

# A function that still runs may put something into the emptied bucket.
_MAX_ATTEMPTS = 3
_SAM_STACK = "aws-sam-cli-managed-default"


def destroy(stack: DeployedStack, ask: Callable[[str], str]) -> int:
    """Return 1 if it was not confirmed. Raise RuntimeError, BotoCoreError, ClientError."""
    exists = stack.exists
    bucket = stack.outputs.get(BUCKET_OUTPUT) if exists else None
    if exists and stack.description.get("EnableTerminationProtection"):
        raise RuntimeError(f"The stack {stack.name} has termination protection. Turn it off first.")
    if not _confirm(stack, ask):
        print("Nothing was deleted: the name does not match.", file=sys.stderr)
        return 1
    if exists:
        _delete_stack(stack)
    print(f"Deleted the stack {stack.name}." if exists else f"There was no stack {stack.name}.")
    _delete_log_groups(stack)
    print(f"Deleted {_delete_parameters(stack)} parameters under /{stack.name}/.")
    uploads = [*_delete_uploads(stack, bucket), *_delete_sam_uploads(stack)]
    backups = ["Not deleted: DynamoDB's backups of the tables, which expire in 35 days and are free."] if exists else []
    for line in (*uploads, *_describe_leftovers(stack), *backups):
        print(line)
    return 0


def _confirm(stack: DeployedStack, ask: Callable[[str], str]) -> bool:
    if (name := os.environ.get("CONFIRM")) is not None:
        return name == stack.name
    print(
        f"This deletes the stack {stack.name} in {stack.session.region_name} with everyone's covers, backups of "
        "playlist images, settings and logins, the logs, and the stored secrets. Images set on Spotify are not "
        "removed.\n"
        "This cannot be undone."
    )
    return ask(f"Type the name of the stack to delete it ({stack.name}): ").strip() == stack.name


def _delete_stack(stack: DeployedStack) -> None:
    """Raise RuntimeError if it is not deleted after some attempts, or in time."""
    for attempts_left in range(_MAX_ATTEMPTS - 1, -1, -1):
        for bucket in stack.list_resources("AWS::S3::Bucket").values():
            print(f"Emptying {bucket} …", flush=True)
            _empty_bucket(stack, bucket)
        print("Deleting the stack, which takes a few minutes …", flush=True)
        try:
            stack.delete()
        except WaiterError as error:
            response: Any = error.last_response
            failed = response.get("Stacks", [{}])[0].get("StackStatus") == "DELETE_FAILED"
            if not failed or not attempts_left:
                raise RuntimeError(
                    f"The stack {stack.name} could not be deleted{'' if failed else ' in time'}. CloudFormation's "
                    "console shows the reason. Fix it and run this again."
                ) from None
        else:
            return


def _empty_bucket(stack: DeployedStack, bucket: str, prefix: str = "") -> int:
    """Delete all objects and versions with a prefix. Return their number. Raise RuntimeError after a refusal."""
    versions = stack.session.resource("s3").Bucket(bucket).object_versions.filter(Prefix=prefix)
    responses: list[Any] = versions.delete()
    if errors := [error for response in responses for error in response.get("Errors", [])]:
        raise RuntimeError(f"The bucket {bucket} could not be emptied: {errors[0]['Code']}.")
    return sum(len(response.get("Deleted", [])) for response in responses)


def _delete_log_groups(stack: DeployedStack) -> None:
    """Delete the log groups that a function has created again by late logging.

    CloudFormation names them `<stack>-<logical id>-<random>`; another stack's name may begin with this one's.
    """
    client = stack.client("logs")
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"{stack.name}-")
    for name in list(pages.search("logGroups[].logGroupName")):
        if re.fullmatch(rf"{re.escape(stack.name)}-[A-Za-z]+LogGroup-[0-9A-Za-z]+", name):
            client.delete_log_group(logGroupName=name)


def _delete_parameters(stack: DeployedStack) -> int:
    client = stack.client("ssm")
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=f"/{stack.name}", Recursive=True)
    names = list(pages.search("Parameters[].Name"))
    for start in range(0, len(names), 10):  # the limit of one call
        client.delete_parameters(Names=names[start : start + 10])
    return len(names)


def _delete_uploads(stack: DeployedStack, bucket: str | None) -> list[str]:
    """Delete the stack's uploads, and the bucket for them if no other stack uses it. Return messages for the owner."""
    account = stack.client("sts").get_caller_identity()["Account"]
    own_bucket = default_bucket(account, str(stack.session.region_name))
    buckets = [entry["Name"] for entry in stack.client("s3").list_buckets()["Buckets"]]
    if (bucket := bucket or own_bucket) not in buckets:
        return []
    messages = [f"Deleted {_empty_bucket(stack, bucket, f'{stack.name}/')} uploads from the bucket {bucket}."]
    if bucket == own_bucket and not stack.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"]:
        stack.client("s3").delete_bucket(Bucket=bucket)
        messages.append(f"Deleted the bucket {bucket}.")
    return messages


def _delete_sam_uploads(stack: DeployedStack) -> list[str]:
    """Delete what earlier versions let SAM upload to its own bucket. Return messages for the owner."""
    if "s3_prefix" not in stack.config:
        return []
    try:
        [sam_stack] = stack.client("cloudformation").describe_stacks(StackName=_SAM_STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return []
    [bucket] = [entry["OutputValue"] for entry in sam_stack["Outputs"] if entry["OutputKey"] == "SourceBucket"]
    shared = f"Not deleted: SAM's bucket {bucket} (stack {_SAM_STACK}), which all your SAM stacks in this region use."
    # A prefix other than the stack's name may belong to another stack as well.
    if stack.config.get("s3_prefix") != stack.name:
        return [shared]
    return [f"Deleted {_empty_bucket(stack, bucket, f'{stack.name}/')} uploads from SAM's bucket.", shared]


def _describe_leftovers(stack: DeployedStack) -> list[str]:
    """Describe tables and buckets that an update replaced and CloudFormation retained (UpdateReplacePolicy)."""
    prefixes = tuple(f"{stack.name}-{table}Table-" for table in ("Listeners", "Covers", "Keys"))
    pages = stack.client("dynamodb").get_paginator("list_tables").paginate()
    tables = [name for name in pages.search("TableNames[]") if name.startswith(prefixes)]
    s3, leftovers = stack.client("s3"), [f"the table {name}" for name in tables]
    for bucket in s3.list_buckets()["Buckets"]:
        if (name := bucket["Name"]).startswith(f"{stack.name.lower()}-bucket-"):
            region = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or "us-east-1"
            leftovers += [f"the bucket {name}"] if region == stack.session.region_name else []
    return [f"Not deleted: {name}, which an update had replaced. It still holds data." for name in leftovers]
