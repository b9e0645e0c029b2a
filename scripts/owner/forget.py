"""`make forget`: deletes a listener and all their data, as *Delete my data* on the page does.

Without LISTENER it lists who has logged in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from coverart.store.keys import PROFILE, profile_key
from scripts.owner import deployed_stack
from scripts.owner.deployed_stack import DeployedStack, command
from scripts.owner.listener_session import ListenerSession


def main() -> int:
    parser = deployed_stack.create_parser("Delete a listener, or list the listeners.")
    parser.add_argument("--listener", default="", help="the listener's id; without it, all listeners are listed")
    arguments = parser.parse_args()
    if not arguments.listener:
        return deployed_stack.run_command(lambda: list_listeners(DeployedStack.from_arguments(arguments)))
    return deployed_stack.run_command(
        lambda: forget(DeployedStack.from_arguments(arguments), arguments.listener, input)
    )


def list_listeners(stack: DeployedStack) -> int:
    """Print each listener's id, name and date of the last login. Raise RuntimeError, BotoCoreError, ClientError."""
    table = stack.table("Listeners")
    pages = table.meta.client.get_paginator("scan").paginate(TableName=table.name)
    profiles = [item for page in pages for item in page["Items"] if item["item"] == PROFILE]
    for profile in sorted(profiles, key=lambda item: item.get("consent_at", "")):
        print(f"{profile['listener_id']}  {profile.get('display_name', '')}  {profile.get('consent_at', '')[:10]}")
    print(f"{len(profiles)} listeners. To delete one: {how_to_forget('<id>')}")
    return 0


def forget(stack: DeployedStack, listener_id: str, ask: Callable[[str], str]) -> int:
    """Return 1 if it was not confirmed. Raise RuntimeError, BotoCoreError, ClientError."""
    profile = stack.table("Listeners").get_item(Key=profile_key(listener_id), ConsistentRead=True)
    if "consent_at" not in profile.get("Item", {}):
        raise RuntimeError(f"{stack.name} has no listener {listener_id}. To list them: {command('forget')}")
    if (confirmation := os.environ.get("CONFIRM")) is None:
        print("This deletes the listener's covers, stored images, settings and login. It cannot be undone.")
        confirmation = ask(f"Type the listener's id to delete it ({listener_id}): ").strip()
    if confirmation != listener_id:
        print("Nothing was deleted: the id does not match.", file=sys.stderr)
        return 1
    ListenerSession.create(stack, listener_id).delete_listener()
    print(f"Deleted {listener_id}.")
    return 0


def how_to_forget(listener_id: str) -> str:
    option = "--listener " if deployed_stack.IS_BUNDLE else "LISTENER="
    return f"{command('forget')} {option}{listener_id}"


if __name__ == "__main__":
    sys.exit(main())
