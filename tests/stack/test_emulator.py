"""Whom the emulator answers: its own programs, and no other page in a browser on the same machine."""

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from scripts.local.emulator import REGION, Emulator

REQUEST = {
    "headers": {"X-Amz-Target": "AmazonSSM.GetParameter", "Content-Type": "application/x-amz-json-1.1"},
    "json": {"Name": "/covers/secret", "WithDecryption": True},
}


@pytest.fixture(scope="module")
def emulator(deployed_stack):
    emulator = deployed_stack.emulator
    emulator.client("ssm").put_parameter(Name="/covers/secret", Value="a secret", Type="SecureString")
    yield emulator
    emulator.client("ssm").delete_parameter(Name="/covers/secret")


def test_interrupted_start_leaves_no_process(monkeypatch):
    started = []

    def interrupt(emulator):
        started.append(emulator.process)
        raise KeyboardInterrupt

    monkeypatch.setattr(Emulator, "_wait_until_ready", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Emulator.start()
    assert started[0].poll() is not None


@pytest.mark.parametrize("access_key", ["test", "123456789012", "AKIA" + "0" * 32])
def test_key_of_nobody_is_refused(emulator, access_key):
    ssm = boto3.Session(access_key, "test", region_name=REGION).client("ssm", endpoint_url=emulator.url)
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        ssm.get_parameter(Name="/covers/secret", WithDecryption=True)


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://127.0.0.1:9"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_request_of_another_page_is_refused(emulator, headers):
    credential = f"Credential={emulator.access_key}/20261130/{REGION}/ssm/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=00"
    signed = {**REQUEST, "headers": {**REQUEST["headers"], "Authorization": authorization}}
    assert requests.post(emulator.url, **signed, timeout=60).json()["Parameter"]["Value"] == "a secret"
    signed["headers"] = signed["headers"] | headers
    refused = requests.post(emulator.url, **signed, timeout=60)
    assert (refused.status_code, "Access-Control-Allow-Origin" in refused.headers) == (403, False)
    assert "secret" not in refused.text
