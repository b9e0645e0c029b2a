"""The commands. Results go to standard output, progress and errors to standard error."""

import sys
from getpass import getpass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from coverart_cli import login as logins
from coverart_cli.client import Client
from coverart_cli.connection import connect, exit_stack
from coverart_cli.errors import CommandError
from coverart_cli.login import Login
from coverart_cli.output import describe_image, print_json, print_table, show_progress
from coverart_cli.pictures import pictures

app = typer.Typer(
    no_args_is_help=True, help="Cover art for your playlists.", pretty_exceptions_enable=False, rich_markup_mode=None
)
covers = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make, list and download covers.")
app.add_typer(covers, name="covers")
app.add_typer(pictures, name="picture")

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as JSON.")]
PlaylistName = Annotated[str, typer.Argument(metavar="PLAYLIST", help="A playlist's name, id or link.")]
ImageKind = Literal["cover", "master", "thumbnail", "painting", "steps", "story"]


def run() -> None:
    """Run the command line. An error is one sentence, and the exit status is 1."""
    try:
        with exit_stack:
            app()
    except CommandError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # of `coverart ... | head`
        sys.stderr.close()
        sys.exit(1)


@app.command()
def login(url: Annotated[str, typer.Argument(metavar="URL", help="The page's address.")]) -> None:
    """Log in with an API token, which you create on the page under Account."""
    url = logins.check_url(url)
    print(f"Create a token at {url}/ under Account, and paste it here; it is not shown.", file=sys.stderr)
    token = (getpass("Token: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise CommandError("This is no token. Copy it again.")
    new = Login(url, token)
    listener = connect(new).get_listener()
    file = new.save()
    print(f"Logged in as {listener['display_name'] or 'a listener'}. The token is in {file}.")


@app.command()
def logout() -> None:
    """Delete the stored token. To revoke it, use the page."""
    print("Logged out." if logins.delete() else "You were not logged in.")


@app.command()
def playlists(as_json: AsJson = False) -> None:
    """List your playlists on Spotify."""
    items = list(connect().list_playlists())
    if as_json:
        print_json(items)
        return
    rows = [
        (item["id"], str(item["items"]), item["name"], "" if item["owned"] or item["collaborative"] else "not yours")
        for item in items
    ]
    print_table(("id", "songs", "name", ""), rows, "You have no playlists.")


@covers.command("make")
def make(
    playlist: Annotated[
        str | None, typer.Argument(metavar="PLAYLIST", help="A name, id or link; omitted: your top artists.")
    ] = None,
    direction: Annotated[str | None, typer.Option(help="What the cover should show, in your own words.")] = None,
    picture: Annotated[
        str | None, typer.Option(help="A picture of your own that the cover shows: its id, or a file to upload.")
    ] = None,
    candidates: Annotated[int | None, typer.Option(min=1, max=4, help="How many covers to choose from.")] = None,
    set_image: Annotated[bool, typer.Option("--set", help="Set the cover as the playlist's image.")] = False,
    output: Annotated[Path | None, typer.Option(help="Save the covers in this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a cover, and wait for it."""
    if set_image and playlist is None:
        raise CommandError("Only a playlist's cover can be set as its image. Name a playlist.")
    client = connect()
    source: dict[str, Any] = {"kind": "top_artists"}
    if playlist is not None:
        source = {"kind": "playlist", "playlist_id": client.find_playlist(playlist)["id"]}
    if picture is not None and Path(picture).is_file():
        picture = client.add_picture(Path(picture).read_bytes())["picture_id"]
    options = {"direction": direction, "picture": picture, "candidates": candidates, "publish": set_image or None}
    cover_id = client.create_cover(source, {name: value for name, value in options.items() if value is not None})
    with show_progress() as report:
        cover = client.wait_for_cover(cover_id, report)
        published = cover["published"]
        if published and published["entry"]:
            published = client.wait_for_image(published["playlist_id"], published["entry"])
    if cover["status"] == "failed":
        raise CommandError(f"The cover failed. {cover['error']['message']}", cover["error"]["code"])
    done = [candidate for candidate in cover["candidates"] if candidate["images"]]
    files = [_save(client, cover, candidate, "cover", output) for candidate in done] if output else []
    if as_json:
        print_json(cover | {"published": published, "files": [str(file) for file in files]})
        return
    for candidate in done:
        print(f"{candidate['index']}  {candidate['alt']}")
    print("\n".join([f"Saved {file}" for file in files] or [f"To save it: coverart covers download {cover_id}"]))
    if published:
        print(describe_image(published))


@covers.command("list")
def list_covers(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20, as_json: AsJson = False
) -> None:
    """List your covers, newest first."""
    items = list(islice(connect().list_covers(), limit))
    if as_json:
        print_json(items)
        return
    rows = [(item["cover_id"], item["created_at"][:10], item["status"], _title(item)) for item in items]
    print_table(("id", "made on", "status", "for"), rows, "You have no covers.")


@covers.command()
def download(
    cover_id: Annotated[str, typer.Argument(metavar="COVER", help="The cover's id.")],
    kind: Annotated[ImageKind, typer.Option(help="cover: JPEG for Spotify; master: PNG.")] = "cover",
    candidate: Annotated[int | None, typer.Option(min=0, help="Which candidate; omitted: the chosen one.")] = None,
    output: Annotated[Path, typer.Option(help="The folder, or - for standard output.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Save a cover's image."""
    client = connect()
    cover = client.get_cover(cover_id)
    chosen = [one for one in cover["candidates"] if (one["chosen"] if candidate is None else one["index"] == candidate)]
    if not chosen or not chosen[0]["images"]:
        raise CommandError("There is no such picture, or it is not done yet.")
    file = _save(client, cover, chosen[0], kind, output)
    if as_json:
        print_json({"cover_id": cover_id, "file": str(file)})
    elif file:
        print(f"Saved {file}")


@app.command()
def undo(playlist: PlaylistName, as_json: AsJson = False) -> None:
    """Restore a playlist's previous image."""
    client = connect()
    playlist_id = client.find_playlist(playlist)["id"]
    with show_progress() as report:
        report({"step": "publish"})
        entry = client.wait_for_image(playlist_id, client.undo(playlist_id)["entry"])
    if as_json:
        print_json(entry)
    else:
        print(describe_image(entry))
    if entry["status"] == "not_set":
        sys.exit(1)


def _save(client: Client, cover: dict[str, Any], candidate: dict[str, Any], kind: str, folder: Path) -> Path | None:
    """Return the new file, or None if the image went to standard output."""
    image = client.download(f"/api/covers/{cover['cover_id']}/image?kind={kind}&candidate={candidate['index']}")
    if folder == Path("-"):
        sys.stdout.buffer.write(image)
        return None
    name = "".join(letter if letter.isprintable() and letter not in '/\\:*?"<>|' else "_" for letter in _title(cover))
    suffix = "png" if image.startswith(b"\x89PNG") else "jpg"
    number = f" {candidate['index'] + 1}" if len(cover["candidates"]) > 1 else ""
    file = folder / f"{name.strip('. ')[:100]}{number}{'' if kind == 'cover' else f' {kind}'}.{suffix}"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(image)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
    return file


def _title(cover: dict[str, Any]) -> str:
    return cover["title"] or {"sample": "Sample music"}.get(cover["source"]["kind"], "Top artists")
