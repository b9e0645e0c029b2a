"""`make forget`: deletes a listener with everything that is stored about them, as *Forget me* on the page does.

Without LISTENER it lists who has logged in.
"""

import os
import sys
from collections.abc import Callable

from api.deletion import Deletion
from coverart.aws.dynamodb import paginate
from coverart.aws.s3 import Bucket
from coverart.store.covers import Covers
from coverart.store.keys import PROFILE
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory
from scripts import deployed_stack
from scripts.deployed_stack import DeployedStack


def main() -> int:
    parser = deployed_stack.create_parser("Delete a listener, or list the listeners.")
    parser.add_argument("--listener", default="", help="the listener's id; without it, all listeners are listed")
    arguments = parser.parse_args()
    stack = DeployedStack.from_config(arguments.config)
    if not arguments.listener:
        return deployed_stack.run_command(lambda: list_listeners(stack))
    return deployed_stack.run_command(lambda: forget(stack, arguments.listener, input))


def list_listeners(stack: DeployedStack) -> int:
    """Print each listener's id, name and date of the last login. Raise RuntimeError, BotoCoreError, ClientError."""
    profiles = [item for item in paginate(stack.table("Listeners").scan) if item["item"] == PROFILE]
    for profile in sorted(profiles, key=lambda item: item.get("consent_at", "")):
        print(f"{profile['listener_id']}  {profile.get('display_name', '')}  {profile.get('consent_at', '')[:10]}")
    print(f"{len(profiles)} listeners. To delete one: make forget LISTENER=<id>")
    return 0


def forget(stack: DeployedStack, listener_id: str, ask: Callable[[str], str]) -> int:
    """Return 1 if it was not confirmed. Raise RuntimeError, BotoCoreError, ClientError."""
    listeners = Listeners(stack.table("Listeners"))
    if not listeners.exists(listener_id):
        raise RuntimeError(f"{stack.name} has no listener {listener_id}. To list them: make forget")
    if (confirmation := os.environ.get("CONFIRM")) is None:
        print("This deletes the listener's covers, stored images, settings and login. It cannot be undone.")
        confirmation = ask(f"Type the listener's id to delete it ({listener_id}): ").strip()
    if confirmation != listener_id:
        print("Nothing was deleted: the id does not match.", file=sys.stderr)
        return 1
    create_deletion(stack).delete_listener(listener_id)
    print(f"Deleted {listener_id}.")
    return 0


def create_deletion(stack: DeployedStack) -> Deletion:
    """Return what deletes listeners, with the owner's own credentials."""
    listeners = stack.table("Listeners")
    return Deletion(
        covers=Covers(stack.table("Covers")),
        listeners=Listeners(listeners),
        history=PublishHistory(listeners),
        keys_table=stack.table("Keys"),
        bucket=Bucket(stack.client("s3"), stack.outputs["BucketName"]),
        step_functions=stack.client("stepfunctions"),
        state_machine_arn=stack.outputs["StateMachineArn"],
        apply_state_machine_arn=stack.outputs["ApplyStateMachineArn"],
    )


if __name__ == "__main__":
    sys.exit(main())
