"""The connection of the present command, which ends with it."""

from contextlib import ExitStack

from coverart_cli.client import Client
from coverart_cli.login import Login

exit_stack = ExitStack()


def connect(to: Login | None = None) -> Client:
    """Return the client of the stored login, or of another one. Raises CommandError."""
    return exit_stack.enter_context(Client(to or Login.load()))
