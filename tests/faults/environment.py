"""A deployed stack with a fault proxy in front of each dependency, and ways to run the app and wait for its results."""

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coverart.pipeline.executions import execution_arn
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_item_key, cover_prefix, genre_key, picture_file_key, profile_key
from coverart.store.pictures import Picture, Pictures
from scripts import consistency
from scripts.fakes import openai
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.faults.fault_plan import FaultPlan
from tests.faults.fault_proxy import start_proxies
from tests.images import encode, load_photo
from tests.stack.api_client import ApiClient
from tests.stack.stack_state import SONGS, invoke, put_cover_event, wait_for_end, wait_until_idle

# The dependency by the name that boto3 has for its service in AWS_ENDPOINT_URL_<name>.
AWS_SERVICES = {name.upper(): name for name in ("s3", "dynamodb", "ssm", "eventbridge", "lambda")}
AWS_SERVICES["SFN"] = "step_functions"
SPOTIFY_SERVERS = ("spotify_accounts", "spotify_api", "spotify_images")
TOP_ARTISTS = {"kind": "top_artists", "count": 2}
COVER_TIMEOUT_SECONDS = 150
_GENRE_PREFIX = genre_key("")["key"]


@dataclass
class FaultEnvironment:
    """The stack, the faults of its dependencies, and one listener, who is new in each test.

    `start`: when the test began. `partial_cover_ids`: the covers of which only one step was run. `artwork`: content and
    type of the artwork in the bucket at the start of each test, by key.
    """

    local: LocalStack
    openai: openai.FakeOpenAI
    plan: FaultPlan
    listener_id: str = ""
    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    partial_cover_ids: list[str] = field(default_factory=list)
    artwork: dict[str, tuple[bytes, str]] = field(default_factory=dict, repr=False)

    def reset(self) -> None:
        """Remove all faults, and everything of the last test that would change the next one, once that has ended."""
        self.plan.clear()
        wait_until_idle(self.local)
        for state in (self.local.fake_spotify.state, self.openai.state, self.local.musicbrainz.state):
            state.reset()
        listeners, keys = self.local.table("Listeners"), self.local.table("Keys")
        for item in [each for each in consistency.scan_items(listeners) if each["item"] == "profile"]:
            listeners.delete_item(Key=profile_key(item["listener_id"]))
        for item in [each for each in consistency.scan_items(keys) if str(each["key"]).startswith(_GENRE_PREFIX)]:
            keys.delete_item(Key={"key": item["key"]})
        self.listener_id = self.local.connect()
        self.delete_artwork()
        for key, (body, content_type) in self.artwork.items():
            self.local.bucket.put(key, body, content_type)
        for cover_id in self.partial_cover_ids:
            self.local.covers.delete(self.listener_id, cover_id)
            self.local.bucket.delete_prefix(cover_prefix(self.listener_id, cover_id))
        self.partial_cover_ids.clear()
        self.start = datetime.now(UTC)

    def delete_artwork(self) -> None:
        """Let fetch download all artwork again."""
        self.local.bucket.delete_prefix("artwork/")

    def start_cover(self, source: dict[str, Any] | None = None, **options: Any) -> str:
        """Start a cover, without a style by default. Return its id."""
        options = {"style_albums": [], **options}
        return self.local.request_cover(self.listener_id, source or TOP_ARTISTS, key=str(uuid.uuid4()), options=options)

    def wait_for_cover(self, cover_id: str) -> dict[str, Any]:
        """Return the cover's item once its execution has ended, a moment after the cover is done or failed."""
        self.wait_for_execution(self.local.outputs["StateMachineArn"], cover_id)
        return self.local.wait_for_cover(self.listener_id, cover_id, COVER_TIMEOUT_SECONDS)

    def make_cover(self, source: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Start a cover, and return its item once its execution has ended."""
        return self.wait_for_cover(self.start_cover(source, **options))

    def wait_for_execution(self, machine_arn: str, cover_id: str) -> dict[str, Any]:
        """Return the description of the cover's execution once that has ended."""
        return wait_for_end(self.local, execution_arn(machine_arn, cover_id), timeout_seconds=COVER_TIMEOUT_SECONDS)

    def resume_stuck_cover(self, cover_id: str) -> dict[str, Any]:
        """Run the scheduled cleanup as if the cover were ten minutes old. Return its item once it has ended."""
        ten_minutes_ago = datetime.now(UTC) - timedelta(minutes=10)
        self.local.table("Covers").update_item(
            Key=cover_item_key(self.listener_id, cover_id),
            UpdateExpression="SET created_at = :created_at",
            ExpressionAttributeValues={":created_at": ten_minutes_ago.isoformat()},
        )
        response, error = self.invoke("settle", {"cleanup": "stuck_covers"})
        assert error is None, response
        return self.local.wait_for_cover(self.listener_id, cover_id, COVER_TIMEOUT_SECONDS)

    def create_client(self) -> ApiClient:
        """Return a browser of the listener."""
        return ApiClient(self.local, self.listener_id)

    def add_playlist(self, image: bytes | None = None) -> str:
        """Add a playlist of the listener's at Spotify, with an image of their own or none. Return its id."""
        return self.local.spotify.state.add_playlist(f"Own {uuid.uuid4()}", SONGS, image=image)

    def add_picture(self) -> str:
        """Add a picture of the listener's own. Return its id."""
        now = datetime.now(UTC)
        picture = Picture(picture_id=new_cover_id(now), created_at=now, width=1024, height=1024)
        for name in ("picture.jpg", "thumbnail.jpg"):
            key = picture_file_key(self.listener_id, picture.picture_id, name)
            self.local.bucket.put(key, encode(load_photo("chelsea")), "image/jpeg")
        Pictures(self.local.table("Listeners")).add(self.listener_id, picture)
        return picture.picture_id

    def request_automatic_cover(self, playlist_id: str) -> None:
        """Put the event that watch puts for a new playlist."""
        put_cover_event(self.local, {"listener_id": self.listener_id, "playlist_id": playlist_id})

    def invoke(self, function: str, event: Any) -> tuple[Any, str | None]:
        """Return the response of the function in this folder, and the name of the error that it raised."""
        return invoke(self.local, f"{function.capitalize()}Function", event)

    def kill_processes(self, function: str) -> int:
        """Kill the function's processes, as Lambda may at any time. Return how many there were."""
        count = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getpgid(int(folder.name)) != self.local.emulator.process.pid:
                    continue
                if f"_HANDLER={function}.app.handler\0".encode() in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
                    count += 1
        return count


@contextmanager
def start_environment() -> Iterator[FaultEnvironment]:
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
        for name in AWS_SERVICES.values():
            proxies[name].target_url = local.emulator.url
        for name in SPOTIFY_SERVERS:
            proxies[name].target_url = local.spotify.url
        # With this host, the addresses of images in the API's responses lead to the proxy of the image server.
        proxies["spotify_api"].host_header = images_url.removeprefix("http://")
        proxies["musicbrainz"].target_url = local.musicbrainz.url
        proxies["openai"].target_url = openai_server.url
        local.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        plan = proxies["openai"].plan
        exit_stack.callback(plan.clear)
        yield FaultEnvironment(local, openai_server, plan)
