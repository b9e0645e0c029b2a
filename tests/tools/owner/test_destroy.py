"""What `make destroy` deletes and what not, in an account with another stack."""

import json
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from scripts.owner.deployed_stack import DeployedStack
from scripts.owner.destroy import destroy

TEMPLATE = json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})
SAMS = {
    "Resources": {"SourceBucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "sams"}}},
    "Outputs": {"SourceBucket": {"Value": {"Ref": "SourceBucket"}}},
}
TABLE = {
    "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
UPLOADS = "cover-art-uploads-123456789012-eu-central-1"


@pytest.fixture
def account(monkeypatch):
    """An account with the stacks covers and covers-2, their secrets, logs and uploads."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "CONFIRM"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        session = boto3.Session(region_name="eu-central-1")
        formation, ssm, s3 = (session.client(name) for name in ("cloudformation", "ssm", "s3"))
        formation.create_stack(StackName="aws-sam-cli-managed-default", TemplateBody=json.dumps(SAMS))
        s3.put_bucket_versioning(Bucket="sams", VersioningConfiguration={"Status": "Enabled"})
        s3.create_bucket(Bucket=UPLOADS, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        for stack in ("covers", "covers-2"):
            formation.create_stack(StackName=stack, TemplateBody=TEMPLATE)
            # A function logged after CloudFormation had deleted its group.
            session.client("logs").create_log_group(logGroupName=f"{stack}-AuthLogGroup-1aB")
            for number in range(12 if stack == "covers" else 2):
                ssm.put_parameter(Name=f"/{stack}/secret_{number}", Value="x", Type="SecureString")
            s3.put_object(Bucket=UPLOADS, Key=f"{stack}/code.zip", Body=b"")
            for _ in range(2):
                s3.put_object(Bucket="sams", Key=f"{stack}/code", Body=b"")
            # What an update replaced, and CloudFormation kept; one bucket is in another region.
            session.client("dynamodb").create_table(TableName=f"{stack}-CoversTable-1ABC", **TABLE)
        for bucket, region in (("covers-bucket-1abc", "eu-central-1"), ("covers-bucket-2def", "eu-west-1")):
            location = {"CreateBucketConfiguration": {"LocationConstraint": region}}
            session.client("s3", region_name=region).create_bucket(Bucket=bucket, **location)
        yield session


NO_ANSWER = Mock(side_effect=AssertionError)


def destroy_covers(session, answer="covers", prefix="covers"):
    """Destroy the stack covers. `answer`: what is typed, or a function that must not be called."""
    prompt = answer if callable(answer) else lambda _: answer
    return destroy(DeployedStack("covers", session, {"s3_prefix": prefix}), prompt)


def stacks(session):
    return {stack["StackName"] for stack in session.client("cloudformation").describe_stacks()["Stacks"]}


def parameters(session):
    pages = session.client("ssm").get_paginator("describe_parameters").paginate()
    return [parameter["Name"] for page in pages for parameter in page["Parameters"]]


def uploads(session):
    return {version.object_key for version in session.resource("s3").Bucket("sams").object_versions.all()}


def test_destroy_deletes_one_stack_and_not_its_neighbor(account, capsys):
    assert destroy_covers(account) == 0
    assert stacks(account) == {"covers-2", "aws-sam-cli-managed-default"}
    assert parameters(account) == ["/covers-2/secret_0", "/covers-2/secret_1"]
    assert uploads(account) == {"covers-2/code"}
    [group] = account.client("logs").describe_log_groups()["logGroups"]
    assert group["logGroupName"] == "covers-2-AuthLogGroup-1aB"
    assert capsys.readouterr().out.splitlines()[-7:] == [
        "Deleted 12 parameters under /covers/.",
        f"Deleted 1 uploads from the bucket {UPLOADS}.",
        "Deleted 2 uploads from SAM's bucket.",
        "Not deleted: SAM's bucket sams (stack aws-sam-cli-managed-default), which all your SAM stacks in this region "
        "use.",
        "Not deleted: the table covers-CoversTable-1ABC, which an update had replaced. It still holds data.",
        "Not deleted: the bucket covers-bucket-1abc, which an update had replaced. It still holds data.",
        "Not deleted: DynamoDB's backups of the tables, which expire in 35 days and are free.",
    ]
    [entry] = account.client("s3").list_objects_v2(Bucket=UPLOADS)["Contents"]
    assert entry["Key"] == "covers-2/code.zip"
    assert destroy(DeployedStack("covers-2", account, {}), lambda _: "covers-2") == 0
    assert f"Deleted the bucket {UPLOADS}." in capsys.readouterr().out


def test_only_the_name_of_the_stack_confirms(account, capsys, monkeypatch):
    before = parameters(account)
    for typed in ("", "y", "covers-2", "Covers"):
        assert destroy_covers(account, typed) == 1
        monkeypatch.setenv("CONFIRM", typed)
        assert destroy_covers(account, NO_ANSWER) == 1
        monkeypatch.delenv("CONFIRM")
    assert ("covers" in stacks(account), parameters(account)) == (True, before)
    assert capsys.readouterr().err.count("Nothing was deleted: the name does not match.\n") == 8
    monkeypatch.setenv("CONFIRM", "covers")  # without a prompt
    assert destroy_covers(account, NO_ANSWER) == 0
    assert "covers" not in stacks(account)


def test_protected_stack_is_not_deleted(account):
    formation = account.client("cloudformation")
    formation.delete_stack(StackName="covers")
    formation.create_stack(StackName="covers", TemplateBody=TEMPLATE, EnableTerminationProtection=True)
    with pytest.raises(RuntimeError, match="has termination protection"):
        destroy_covers(account)
    assert ("covers" in stacks(account), len(parameters(account))) == (True, 14)


def test_secrets_but_no_shared_uploads_go_without_a_stack(account, capsys):
    account.client("cloudformation").delete_stack(StackName="covers")
    assert destroy_covers(account, prefix="shared") == 0
    assert "There was no stack covers.\nDeleted 12 parameters under /covers/." in capsys.readouterr().out
    assert uploads(account) == {"covers/code", "covers-2/code"}
