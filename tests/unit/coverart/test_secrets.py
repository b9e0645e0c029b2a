from unittest.mock import Mock

import boto3
import pytest
from botocore.stub import Stubber

from coverart.aws import clients, secrets
from coverart.errors import ConfigurationError, StorageUnavailableError
from tests.stored_secrets import store_secret

pytestmark = pytest.mark.usefixtures("stack")


def test_secret_is_decrypted_and_cached_once_it_is_stored():
    assert secrets.get_secret("/cover-art", "openai_api_key") is None
    with pytest.raises(ConfigurationError, match="has not stored openai_api_key"):
        secrets.get_required_secret("/cover-art", "openai_api_key")
    for value in ("sk-one", "sk-two"):
        store_secret("openai_api_key", value)
        assert secrets.get_secret("/cover-art/", "openai_api_key") == "sk-one"
        assert secrets.get_required_secret("/cover-art", "openai_api_key") == "sk-one"


def test_secret_that_must_stay_unknown_is_not_decrypted(monkeypatch):
    """No role but that of generate may decrypt it."""
    store_secret("openai_api_key")
    client = clients.get_client("ssm")
    monkeypatch.setattr(client, "get_parameter", Mock(wraps=client.get_parameter))
    assert secrets.is_secret_stored("/cover-art", "openai_api_key")
    assert [call.kwargs["WithDecryption"] for call in client.get_parameter.mock_calls] == [False]


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDeniedException", ConfigurationError), ("ThrottlingException", StorageUnavailableError)],
)
def test_error_of_systems_manager_is_no_missing_secret(code, error, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    client = boto3.client("ssm")
    monkeypatch.setattr(clients, "get_client", lambda _service: client)
    stubber = Stubber(client)
    stubber.add_client_error("get_parameter", code, http_status_code=400)
    with stubber, pytest.raises(error):
        secrets.get_secret("/cover-art", "openai_api_key")
