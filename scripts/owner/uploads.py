"""The uploads of a deployment: the bucket, and in it a package's archives and template."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from scripts.owner.deployed_stack import DeployedStack

# The output that names the bucket with the uploads, for the next deployment and for the removal.
BUCKET_OUTPUT = "UploadBucketName"
TEMPLATE = "template.json"


def find_bucket(stack: DeployedStack, name: str | None, account: str) -> str:
    """Return the bucket for uploads: the named one, that of the last deployment, or a new one."""
    client = stack.client("s3")
    region = str(stack.session.region_name)
    name = name or (stack.exists and stack.outputs.get(BUCKET_OUTPUT)) or default_bucket(account, region)
    try:
        # The name can be guessed, so somebody else may have taken it, to put another template in.
        client.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404 and name == default_bucket(account, region):
            location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            client.create_bucket(Bucket=name, **location)
        elif status not in {301, 400, 403, 404}:
            raise
        else:
            problem = f"it does not exist in {region}, or is not yours. Name another one."
            raise RuntimeError(f"The bucket {name} cannot be used: {problem}") from None
    return name


def default_bucket(account: str, region: str) -> str:
    """Return the name of the bucket that all stacks of the account in this region upload to."""
    return f"cover-art-uploads-{account}-{region}"


def upload(s3: Any, package: Path, bucket: str, prefix: str, account: str | None = None) -> str:
    """Upload the package's archives, unless they are there, and the template with their addresses. Return its URL.

    An archive's name is its content's hash: only what has changed is uploaded, and is changed in the stack.
    """
    template = (package / TEMPLATE).read_text(encoding="utf-8")
    owner = {"ExpectedBucketOwner": account} if account else {}
    for archive in sorted([*package.glob("*.zip"), *package.glob("layers/*.zip")]):
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        key = f"{prefix}{digest}.zip"
        try:
            s3.head_object(Bucket=bucket, Key=key, **owner)
        except ClientError:
            s3.upload_file(str(archive), bucket, key, ExtraArgs=owner)
        path = archive.relative_to(package).as_posix()
        template = template.replace(json.dumps(path), json.dumps(f"s3://{bucket}/{key}"))
    parsed = json.loads(template)
    parsed["Outputs"][BUCKET_OUTPUT] = {"Description": "Bucket with the uploads of this stack.", "Value": bucket}
    s3.put_object(Bucket=bucket, Key=f"{prefix}{TEMPLATE}", Body=json.dumps(parsed).encode(), **owner)
    return f"{s3.meta.endpoint_url}/{bucket}/{prefix}{TEMPLATE}"
