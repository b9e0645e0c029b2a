"""What an error of OpenAI's client means, whoever made the server."""

import httpx2
import openai

from generate.image_server_reasons import Reason, find_status_reason, read_body_text


def find_reason(error: openai.OpenAIError) -> Reason:
    """Return why the server did not paint."""
    match error:
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.UnsupportedProtocol):
            return Reason.NO_API
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return Reason.UNREACHABLE
        case openai.APIConnectionError():  # or its subclass APITimeoutError: the request was sent
            return Reason.NO_RESPONSE
        case openai.APIStatusError():
            return find_status_reason(error.status_code, read_text(error))
        case _:
            return Reason.UNREADABLE


def read_text(error: openai.APIStatusError) -> str:
    """Return everything that the server said. openai keeps only the part under `error`, which may be half of it."""
    return read_body_text(error.response.text)
