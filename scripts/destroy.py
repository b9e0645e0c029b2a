"""`make destroy`: the owner's stack deleted with all that is in it, its secrets and what SAM uploaded for it.

It asks for the stack's name first, or takes it from CONFIRM.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from scripts import owner
from scripts.owner import OwnersStack

# CloudFormation takes two or three minutes; it is given fifteen.
_WAIT = {"Delay": 2, "MaxAttempts": 450}
# What still ran may have put something into the bucket that was just emptied.
_TRIES = 3
_SAMS_STACK = "aws-sam-cli-managed-default"
_SAMS_BUCKET = "SourceBucket"


def main() -> int:
    arguments = owner.options("Deletes the stack and all that is in it.").parse_args()
    return owner.run(lambda: destroy(OwnersStack.saved_in(arguments.config), input))


def destroy(stack: OwnersStack, ask: Callable[[str], str]) -> int:
    """1 where nobody confirmed it. Raises RuntimeError, BotoCoreError, ClientError."""
    exists = _exists(stack)
    if exists and stack.described.get("EnableTerminationProtection"):
        raise RuntimeError(f"The stack {stack.name} is protected: switch its termination protection off first.")
    if not _confirmed(stack, ask):
        print("Nothing was deleted: that is not the stack's name.", file=sys.stderr)
        return 1
    # Before its resources are gone, as their names are then.
    groups = _resources(stack, "AWS::Logs::LogGroup") if exists else []
    if exists:
        _delete(stack)
    print(f"The stack {stack.name} is deleted." if exists else f"There was no stack {stack.name}.")
    _delete_log_groups(stack, groups)
    print(f"{_delete_parameters(stack)} parameters under /{stack.name}/ are deleted.")
    uploads = _delete_uploads(stack)
    backups = ["Left for 35 days, without a charge: DynamoDB's backups of the deleted tables."] if exists else []
    for line in (*uploads, *_left(stack), *backups):
        print(line)
    return 0


def _exists(stack: OwnersStack) -> bool:
    try:
        return bool(stack.described)
    except RuntimeError:
        return False


def _confirmed(stack: OwnersStack, ask: Callable[[str], str]) -> bool:
    if (confirmed := os.environ.get("CONFIRM")) is not None:
        return confirmed == stack.name
    print(
        f"This deletes the stack {stack.name} in {stack.session.region_name}: everybody's covers, kept playlist "
        "images, settings and logins, the logs, and the stored secrets. Images that are set on Spotify stay there.\n"
        "It cannot be undone."
    )
    return ask(f"Type the stack's name to delete it ({stack.name}): ").strip() == stack.name


def _resources(stack: OwnersStack, kind: str) -> list[str]:
    """Physical ids."""
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.name)
    found = (resource for page in pages for resource in page["StackResourceSummaries"])
    return [
        resource["PhysicalResourceId"] for resource in found
        if resource["ResourceType"] == kind and resource["ResourceStatus"] != "DELETE_COMPLETE"
    ]  # fmt: skip


def _delete(stack: OwnersStack) -> None:
    """Raises RuntimeError where the stack is still there after some tries, or in time."""
    formation = stack.client("cloudformation")
    for another in range(_TRIES - 1, -1, -1):
        for bucket in _resources(stack, "AWS::S3::Bucket"):
            print(f"Emptying {bucket} …", flush=True)
            _empty(stack, bucket)
        print("Deleting the stack, which takes some minutes …", flush=True)
        formation.delete_stack(StackName=stack.name)
        try:
            formation.get_waiter("stack_delete_complete").wait(StackName=stack.described["StackId"], WaiterConfig=_WAIT)
        except WaiterError as error:
            failed = error.last_response.get("Stacks", [{}])[0].get("StackStatus") == "DELETE_FAILED"
            if not failed or not another:
                raise RuntimeError(
                    f"The stack {stack.name} could not be deleted{'' if failed else ' in time'}; CloudFormation's "
                    "console says why. Run it again when that is seen to."
                ) from None
        else:
            return


def _empty(stack: OwnersStack, bucket: str, prefix: str = "") -> int:
    """All versions too, page by page. Gives how many there were; raises RuntimeError where one was refused."""
    objects = stack.session.resource("s3").Bucket(bucket).object_versions.filter(Prefix=prefix)
    answers: list[Any] = objects.delete()
    if refused := [error for answer in answers for error in answer.get("Errors", [])]:
        raise RuntimeError(f"The bucket {bucket} could not be emptied: {refused[0]['Code']}.")
    return sum(len(answer.get("Deleted", [])) for answer in answers)


def _delete_log_groups(stack: OwnersStack, names: list[str]) -> None:
    """Those that a function has made anew, logging when its group was gone already."""
    logs = stack.client("logs")
    for name in names:
        for group in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]:
            if group["logGroupName"] == name:
                logs.delete_log_group(logGroupName=name)


def _delete_parameters(stack: OwnersStack) -> int:
    ssm = stack.client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/{stack.name}", Recursive=True)
    names = [parameter["Name"] for page in pages for parameter in page["Parameters"]]
    for first in range(0, len(names), 10):  # as many as one call takes
        ssm.delete_parameters(Names=names[first : first + 10])
    return len(names)


def _delete_uploads(stack: OwnersStack) -> list[str]:
    """The stack's part of the bucket that SAM uploads to; what to say about the rest."""
    try:
        [sams] = stack.client("cloudformation").describe_stacks(StackName=_SAMS_STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return []
    [bucket] = [entry["OutputValue"] for entry in sams["Outputs"] if entry["OutputKey"] == _SAMS_BUCKET]
    left = f"Left: SAM's bucket {bucket} (stack {_SAMS_STACK}), which all of your SAM stacks in this region share."
    # A prefix of another name may be another stack's too.
    if stack.config.get("s3_prefix") != stack.name:
        return [left]
    return [f"{_empty(stack, bucket, f'{stack.name}/')} uploads of SAM's for it are deleted.", left]


def _left(stack: OwnersStack) -> list[str]:
    """What an update has once replaced stays (UpdateReplacePolicy)."""
    prefixes = tuple(f"{stack.name}-{table}Table-" for table in ("Listeners", "Covers", "Keys"))
    pages = stack.client("dynamodb").get_paginator("list_tables").paginate()
    tables = [name for page in pages for name in page["TableNames"] if name.startswith(prefixes)]
    buckets = stack.client("s3").list_buckets(
        Prefix=f"{stack.name.lower()}-bucket-", BucketRegion=stack.session.region_name
    )["Buckets"]
    return [
        *(f"Left: the table {name}, which an update had replaced; it holds data." for name in tables),
        *(f"Left: the bucket {bucket['Name']}, which an update had replaced; it holds data." for bucket in buckets),
    ]


if __name__ == "__main__":
    sys.exit(main())
