"""An image server of another vendor: LiteLLM's proxy in front of the fake OpenAI."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from coverart.errors import ImageModelBusyError, ImageModelRefusedError, PromptBlockedError
from generate.openai_images import ImageModel, create_client
from scripts.fakes import openai
from scripts.fakes.server import reserve_port
from scripts.local.startup import run_stack
from scripts.owner.credentials import InvalidCredentialError, check_openai
from tests.stack.stack_state import make_cover, wait_for

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

LITELLM = Path(__file__).parents[2] / ".venv" / "litellm" / "bin" / "litellm"
MODEL, KEY = "gpt-image-2.6-flare", "sk-of-the-proxy"


@pytest.fixture(scope="module")
def base_url(openai_server: openai.FakeOpenAI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The proxy's address."""
    folder = tmp_path_factory.mktemp("litellm")
    upstream = {"model": f"openai/{MODEL}", "api_base": openai_server.base_url, "api_key": openai.API_KEY}
    config = {
        "model_list": [{"model_name": MODEL, "litellm_params": upstream, "model_info": {"mode": "image_generation"}}],
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "litellm_settings": {"telemetry": False},
        "general_settings": {"master_key": KEY},
    }
    (folder / "config.yaml").write_text(json.dumps(config))
    with reserve_port() as port, (folder / "log").open("w") as log:
        process = subprocess.Popen(  # a pinned program with arguments of this test
            [LITELLM, "--config", folder / "config.yaml", "--host", "127.0.0.1", "--port", str(port)],
            # Without prices from the internet.
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )

        def is_alive() -> bool:
            assert process.poll() is None, "the proxy ended"
            with suppress(requests.RequestException):
                return requests.get(f"http://127.0.0.1:{port}/health/liveliness", timeout=5).ok
            return False

        try:
            wait_for(is_alive)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def fake(openai_server: openai.FakeOpenAI) -> Iterator[openai.FakeOpenAI]:
    openai_server.state.reset()
    yield openai_server
    assert openai_server.state.recorder.violations == []


def test_cover_is_painted_through_the_proxy_in_one_call(fake, base_url):
    with run_stack(secrets={"openai_api_key": KEY}, OpenAiBaseUrl=base_url, ImageModel=MODEL) as local:
        item = make_cover(local, local.connect())
    assert item["status"] == "done", item.get("error")
    assert (item["painting"]["backend"], item["painting"]["note"]) == ("openai", None)
    assert item["painting"]["cost_usd"] > 0
    assert [request["path"] for request in fake.state.recorder.requests] == ["/v1/images/generations"]
    assert fake.state.paid == 1


def test_credentials_are_checked_at_the_proxy(fake, base_url):
    assert "is available" in check_openai(base_url, MODEL, KEY)
    assert "it has no model flux" in check_openai(base_url, "flux", KEY)
    with pytest.raises(InvalidCredentialError, match="The key is wrong"):
        check_openai(base_url, MODEL, "sk-of-somebody-else")


@pytest.mark.parametrize(
    ("failure", "error_class", "sentence"),
    [
        ("moderation_blocked", PromptBlockedError, "rejected this prompt"),
        ("unauthorized", ImageModelRefusedError, "rejected the API key"),
        ("forbidden", ImageModelRefusedError, "organization to be verified"),
        ("no_scope", ImageModelRefusedError, "may not generate images"),
        ("country", ImageModelRefusedError, "country or network"),
        ("insufficient_quota", ImageModelRefusedError, "no credit left"),
        ("server_error", ImageModelBusyError, "temporary fault"),
    ],
)
def test_error_behind_the_proxy_has_its_reason(fake, base_url, failure, error_class, sentence):
    fake.state.fail(failure, times=9)
    with pytest.raises(error_class, match=sentence):
        ImageModel(create_client(KEY, base_url, 60), MODEL, "low", 60).paint("A cat", "ada")
    # Whatever its settings say, LiteLLM 1.108 repeats what fails with 429 or 5xx twice.
    assert len(fake.state.recorder.requests) <= 3
