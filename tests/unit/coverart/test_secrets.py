import boto3
import pytest
from botocore.stub import Stubber

from coverart.aws import clients, secrets
from coverart.errors import ConfigurationError, StorageUnavailableError


@pytest.fixture(autouse=True)
def parameters(stack):
    secrets._get_provider.cache_clear()
    yield
    secrets._get_provider.cache_clear()


def store(value):
    boto3.client("ssm").put_parameter(
        Name="/cover-art/openai_api_key", Value=value, Type="SecureString", Overwrite=True
    )


def test_secret_is_decrypted_and_cached():
    store("sk-one")
    assert secrets.get_secret("/cover-art/", "openai_api_key") == "sk-one"
    store("sk-two")
    assert secrets.get_required_secret("/cover-art", "openai_api_key") == "sk-one"


def test_missing_secret_is_not_cached():
    assert secrets.get_secret("/cover-art", "openai_api_key") is None
    with pytest.raises(ConfigurationError, match="has not stored openai_api_key"):
        secrets.get_required_secret("/cover-art", "openai_api_key")
    store("sk-one")
    assert secrets.get_secret("/cover-art", "openai_api_key") == "sk-one"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 400, ConfigurationError),
        ("ThrottlingException", 400, StorageUnavailableError),
        ("InternalServerError", 500, StorageUnavailableError),
    ],
)
def test_error_of_systems_manager_is_no_missing_secret(code, status, error, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    client = boto3.client("ssm")
    monkeypatch.setattr(clients, "get_client", lambda _service: client)
    stubber = Stubber(client)
    stubber.add_client_error("get_parameter", code, http_status_code=status)
    with stubber, pytest.raises(error):
        secrets.get_secret("/cover-art", "openai_api_key")
