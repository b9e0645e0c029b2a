"""The table: what befalls whom at which step, and what is to come of it.

Lines: Spotify's accounts service, Web API and pictures; MusicBrainz; OpenAI; S3, DynamoDB, SSM, EventBridge (events)
and Step Functions (states). And the month's budget, which is no line: it is spent by then.

Outcomes: "done" (the fault was met, it was tried again or did not matter, and nothing is missing), "degraded: ..."
(which; the API says so on the cover), "failed: <code>" on the cover, and where there is no cover yet "refused: <code>",
or by watch "passed over: <code>" until a later tick.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """`often`: in `make test`; all others are in `make test-all` alone. `paid`: paintings paid for at most."""

    line: str
    fault: str
    step: str
    outcome: str
    often: bool = False
    paid: int = 1
    whole: bool = False

    @property
    def name(self) -> str:
        return f"{self.line}: {self.fault}: {self.step}{' of a whole cover' if self.whole else ''}"


DONE = "done"
UNAVAILABLE = "failed: spotify_unavailable"
STORAGE = "failed: storage_unavailable"
PAINTER = "degraded: painted by the painter"
GALLERY = "degraded: in the gallery only"


def cells(line: str, step: str, outcomes: dict[str, str], often: tuple[str, ...] = (), paid: int = 1) -> list[Cell]:
    return [Cell(line, fault, step, outcome, fault in often, paid) for fault, outcome in outcomes.items()]


TABLE = [
    *cells(
        "api",
        "fetch",
        {
            "connection refused": UNAVAILABLE,
            "reset in the body": UNAVAILABLE,
            "reset in the body, then well": DONE,
            "slow drip": UNAVAILABLE,
            "timeout": UNAVAILABLE,
            "timeout, then well": DONE,
            "400": UNAVAILABLE,
            "401": "failed: reconnect_needed",
            "403": "failed: not_allow_listed",
            "404": UNAVAILABLE,
            "413": UNAVAILABLE,
            "429, a second": DONE,
            "429, an hour": "failed: spotify_cooling_down",
            "500": UNAVAILABLE,
            "503, then well": DONE,
            "HTML": UNAVAILABLE,
            "empty body": UNAVAILABLE,
            "other content type": DONE,
        },
        often=("503, then well", "429, an hour", "HTML"),
    ),
    *cells(
        "accounts",
        "fetch",
        {
            "connection refused": UNAVAILABLE,
            "reset in the body, then well": DONE,
            "slow drip": UNAVAILABLE,
            "timeout": UNAVAILABLE,
            "400": "failed: reconnect_needed",
            "401": UNAVAILABLE,
            "403": UNAVAILABLE,
            "404": UNAVAILABLE,
            "429, an hour": UNAVAILABLE,
            "500": UNAVAILABLE,
            "503, then well": DONE,
            "HTML": UNAVAILABLE,
            "empty body": UNAVAILABLE,
            "other content type": DONE,
            "invalid client": "failed: not_configured",
        },
        often=("400",),
    ),
    *cells(
        "pictures",
        "fetch",
        {
            "connection refused": UNAVAILABLE,
            "reset in the body": UNAVAILABLE,
            "reset in the body, then well": "degraded: 1 artwork left out",
            "slow drip": UNAVAILABLE,
            "timeout": UNAVAILABLE,
            "400": "failed: no_usable_artwork",
            "401": "failed: no_usable_artwork",
            "403": "failed: no_usable_artwork",
            "404": "failed: no_usable_artwork",
            "413": "failed: no_usable_artwork",
            "429, an hour": UNAVAILABLE,
            "500": UNAVAILABLE,
            "503, then well": DONE,
            "HTML": "failed: no_usable_artwork",
            "empty body": "failed: no_usable_artwork",
            "other content type": DONE,
            "cut-off picture": "failed: no_usable_artwork",
            "cut-off picture, one": "degraded: 1 artwork left out",
            "no picture": "failed: no_usable_artwork",
            "giant picture": "failed: no_usable_artwork",
            "picture of another kind": "failed: no_usable_artwork",
        },
        often=("cut-off picture, one", "giant picture"),
    ),
    *cells(
        "musicbrainz",
        "fetch",
        {
            "connection refused": "degraded: without genres",
            "reset in the body": "degraded: without genres",
            "slow drip": "degraded: without genres",
            "timeout": "degraded: without genres",
            "400": "degraded: without genres",
            "404": "degraded: without genres",
            "429, an hour": "degraded: without genres",
            "500": "degraded: without genres",
            "503": "degraded: without genres",
            "HTML": "degraded: without genres",
            "empty body": "degraded: without genres",
            "other content type": DONE,
        },
        often=("HTML",),
    ),
    *cells(
        "openai",
        "generate",
        {
            "connection refused": PAINTER,
            "timeout": PAINTER,
            "400": PAINTER,
            "401": PAINTER,
            "403": PAINTER,
            "404": PAINTER,
            "413": PAINTER,
            "429, a second": DONE,
            "429, an hour": PAINTER,
            "500": PAINTER,
            "503, then well": DONE,
            "other content type": DONE,
            "blocked twice": PAINTER,
            "no quota": PAINTER,
        },
        often=("no quota", "503, then well"),
        paid=1,
    ),
    *cells(
        "openai",
        "generate",
        {
            "reset in the body": PAINTER,
            "reset in the body, then well": DONE,
            "slow drip": PAINTER,
            "done, and no answer": PAINTER,
            "done, and no answer, then well": DONE,
            "HTML": PAINTER,
            "HTML, then well": DONE,
            "empty body": PAINTER,
            "cut-off picture": PAINTER,
            "process killed": DONE,
            "process killed after it": DONE,
            "process killed twice": PAINTER,
            "process killed twice after it": PAINTER,
        },
        often=("reset in the body", "process killed after it"),
        paid=2,
    ),
    *cells(
        "api",
        "publish",
        {
            "connection refused": f"{GALLERY}, spotify_unavailable",
            "reset in the body, then well": DONE,
            "slow drip": DONE,
            "timeout, then well": DONE,
            "done, and no answer, then well": DONE,
            "400": f"{GALLERY}, spotify_unavailable",
            "401": f"{GALLERY}, reconnect_needed",
            "403": f"{GALLERY}, playlist_not_owned",
            "404": f"{GALLERY}, playlist_not_found",
            "413": f"{GALLERY}, playlist_image_too_large",
            "429, a second": DONE,
            "429, an hour": f"{GALLERY}, spotify_cooling_down",
            "500": f"{GALLERY}, spotify_unavailable",
            "503, then well": DONE,
        },
        often=("413", "503, then well"),
    ),
    *cells(
        "pictures",
        "publish",
        {
            "timeout": f"{GALLERY}, spotify_unavailable",
            "404": f"{GALLERY}, playlist_image_not_kept",
            "503, then well": DONE,
            "cut-off picture": f"{GALLERY}, playlist_image_not_kept",
            "no picture": f"{GALLERY}, playlist_image_not_kept",
        },
    ),
    *cells(
        "api",
        "page",
        {
            "timeout": "refused: spotify_unavailable",
            "401": "refused: reconnect_needed",
            "403": "refused: not_allow_listed",
            "429, an hour": "refused: spotify_cooling_down",
            "500": "refused: spotify_unavailable",
            "HTML": "refused: spotify_unavailable",
            "429, a second": DONE,
        },
    ),
    *cells(
        "accounts",
        "login",
        {
            "reset in the body": "refused: spotify_unavailable",
            "timeout": "refused: spotify_unavailable",
            "slow drip": "refused: spotify_unavailable",
            "400": "refused: code_refused",
            "500": "refused: spotify_unavailable",
            "HTML": "refused: spotify_unavailable",
            "empty body": "refused: spotify_unavailable",
            "invalid client": "refused: not_configured",
        },
        often=("HTML",),
    ),
    *cells(
        "api",
        "login",
        {
            "403": "refused: not_allow_listed",
            "429, an hour": "refused: spotify_cooling_down",
            "500": "refused: spotify_unavailable",
            "empty body": "refused: spotify_unavailable",
        },
    ),
    *cells(
        "api",
        "watch",
        {
            "401": "passed over: reconnect_needed",
            "429, an hour": "passed over: spotify_cooling_down",
            "500": "passed over: spotify_unavailable",
        },
    ),
    *cells(
        "events",
        "watch",
        {
            "500": "passed over: internal",
            "503, then well": DONE,
            "connection refused": "passed over: internal",
        },
    ),
    *cells(
        "states",
        "accept",
        {
            "connection refused": DONE,
            "429": DONE,
            "500": DONE,
            "503, then well": DONE,
            "done, and no answer": DONE,
            "process killed": DONE,
            "process killed after it": DONE,
        },
        often=("process killed",),
    ),
    *cells(
        "s3",
        "fetch",
        {"500": STORAGE, "503, then well": DONE, "403": "failed: not_configured", "connection refused": STORAGE},
    ),
    *cells(
        "s3",
        "detect",
        {
            "500": STORAGE,
            "503, then well": DONE,
            "403": "failed: not_configured",
            "connection refused": STORAGE,
            "process killed": DONE,
        },
        often=("process killed",),
    ),
    *cells("s3", "prompt", {"500": STORAGE, "503, then well": DONE, "process killed": DONE}),
    *cells("s3", "generate", {"503, then well": DONE}),
    *cells("s3", "generate", {"500": STORAGE, "500, then well": DONE}, paid=2),
    *cells(
        "s3",
        "stylize",
        {"500": STORAGE, "503, then well": DONE, "process killed": DONE, "process killed after it": DONE},
    ),
    *cells("s3", "publish", {"500": STORAGE, "503, then well": DONE, "process killed": DONE}),
    *cells("api", "fetch", {"process killed": DONE}),
    *[
        cell
        for step in ("fetch", "detect", "prompt", "generate", "stylize", "publish")
        for cell in cells(
            "dynamodb", step, {"500, then well": DONE, "process killed": DONE, "process killed after it": DONE}
        )
    ],
    *cells(
        "dynamodb",
        "fetch",
        {
            "500": STORAGE,
            "429": STORAGE,
            "400": "failed: not_configured",
            "403": "failed: not_configured",
            "connection refused": STORAGE,
            "reset in the body, then well": DONE,
            "timeout, then well": DONE,
        },
        often=("500",),
    ),
    *cells("dynamodb", "generate", {"500": STORAGE, "connection refused": STORAGE}),
    *cells(
        "ssm",
        "fetch",
        {"500": STORAGE, "503, then well": DONE, "403": "failed: not_configured", "400": "failed: not_configured"},
    ),
    *cells(
        "ssm",
        "generate",
        {
            "500": STORAGE,
            "503, then well": DONE,
            "403": "failed: not_configured",
            "connection refused": STORAGE,
        },
    ),
    *cells("budget", "generate", {"spent": PAINTER, "spent, and no painter": "failed: budget_spent"}, paid=0),
    Cell("budget", "spent", "generate", PAINTER, paid=0, whole=True),
    Cell("openai", "no quota", "generate", PAINTER, often=True, whole=True),
    Cell("openai", "process killed after it", "generate", DONE, paid=2, whole=True),
    Cell("api", "503, then well", "fetch", DONE, whole=True),
    Cell("pictures", "cut-off picture, one", "fetch", "degraded: 1 artwork left out", whole=True),
    Cell("s3", "process killed", "stylize", DONE, whole=True),
    Cell("dynamodb", "500", "prompt", STORAGE, often=True, whole=True),
]
