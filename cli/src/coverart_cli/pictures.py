"""The commands for pictures of the listener's own."""

from pathlib import Path
from typing import Annotated

import typer

from coverart_cli.connection import connect
from coverart_cli.errors import CommandError
from coverart_cli.output import print_json, print_table

pictures = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add, list and delete pictures of your own.")

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as JSON.")]


@pictures.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JPEG, PNG, WebP or GIF of at most 15 MB.")],
    as_json: AsJson = False,
) -> None:
    """Upload a picture. It is stored without metadata, such as the place."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    picture = connect().add_picture(content)
    if as_json:
        print_json(picture)
    else:
        print(picture["picture_id"])


@pictures.command("list")
def list_pictures(as_json: AsJson = False) -> None:
    """List your pictures, newest first."""
    items = connect().list_pictures()
    if as_json:
        print_json(items)
        return
    rows = [(one["picture_id"], one["created_at"][:10], f"{one['width']} × {one['height']}") for one in items]
    print_table(("id", "added on", "pixels"), rows, "You have no pictures.")


@pictures.command()
def delete(picture_id: Annotated[str, typer.Argument(metavar="PICTURE", help="The picture's id.")]) -> None:
    """Delete a picture. Covers that were made of it stay."""
    connect().delete_picture(picture_id)
    print("Deleted.")
