"""Secrets that the owner of the stack has stored."""

from coverart.aws import clients

SECRETS_PATH = "/cover-art"


def store_secret(name: str, value: str = "x") -> None:
    parameter = {"Name": f"{SECRETS_PATH}/{name}", "Value": value, "Type": "SecureString", "Overwrite": True}
    clients.get_client("ssm").put_parameter(**parameter)
