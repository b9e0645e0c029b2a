"""One deployed stack with a fault proxy in front of each dependency, for all tests here."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scripts.fakes import openai
from scripts.local.startup import run_stack
from tests.faults.environment import FaultEnvironment
from tests.faults.fault_proxy import start_proxies

# The dependency by the name that boto3 has for its service in AWS_ENDPOINT_URL_<name>.
AWS_SERVICES = {name.upper(): name for name in ("s3", "dynamodb", "ssm", "eventbridge", "lambda")}
AWS_SERVICES["SFN"] = "step_functions"
SPOTIFY_SERVERS = ("spotify_accounts", "spotify_api", "spotify_images")


@pytest.fixture(scope="package")
def deployed_environment() -> Iterator[FaultEnvironment]:
    """Deploy a stack whose functions reach their dependencies through fault proxies."""
    with ExitStack() as exit_stack:
        names = (*SPOTIFY_SERVERS, "musicbrainz", "openai", *AWS_SERVICES.values())
        proxies = exit_stack.enter_context(start_proxies(*names))
        openai_server = exit_stack.enter_context(openai.serve())
        images_url = proxies["spotify_images"].url
        local = exit_stack.enter_context(
            run_stack(
                service_urls={service: proxies[name].url for service, name in AWS_SERVICES.items()},
                secrets={"openai_api_key": openai.API_KEY},
                SpotifyApiUrl=f"{proxies['spotify_api'].url}/v1/",
                SpotifyAccountsUrl=proxies["spotify_accounts"].url,
                ArtworkOrigins=f"{images_url},{images_url.replace('127.0.0.1', 'mosaic.localhost')}",
                MusicBrainzUrl=f"{proxies['musicbrainz'].url}/ws/2/",
                OpenAiBaseUrl=f"{proxies['openai'].url}/v1",
                SpotifyTimeoutSeconds="20",
                DailyCoverLimit="100000",
                CandidatesAtOnce="1",  # the faults of a candidate come in their order
            )
        )
        targets = dict.fromkeys(AWS_SERVICES.values(), local.emulator.url)
        targets |= dict.fromkeys(SPOTIFY_SERVERS, local.fake_spotify.url)
        targets |= {"musicbrainz": local.musicbrainz.url, "openai": openai_server.url}
        for name, url in targets.items():
            proxies[name].target_url = url
        # With this host, the addresses of images in the API's responses lead to the proxy of the image server.
        proxies["spotify_api"].host_header = images_url.removeprefix("http://")
        local.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.001})
        plan = proxies["openai"].plan
        exit_stack.callback(plan.clear)
        environment = FaultEnvironment(local, openai_server, plan, local.connect())
        environment.make_finished_cover()
        yield environment


@pytest.fixture
def environment(deployed_environment: FaultEnvironment) -> FaultEnvironment:
    """The environment without faults, and with a new listener."""
    deployed_environment.reset()
    return deployed_environment
