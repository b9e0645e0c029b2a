"""Errors of boto3, as AWS responds with them."""

from botocore.exceptions import ClientError


def client_error(code: str, status: int = 400) -> ClientError:
    """Return the error of a response with this code and HTTP status."""
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")
