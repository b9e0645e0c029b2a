"""Why a login was refused; the page has a sentence for each code."""

from typing import Literal

Code = Literal[
    "state_missing",
    "state_repeated",
    "state_foreign",
    "state_expired",
    "state_used",
    "code_missing",
    "code_repeated",
    "code_refused",
    "access_denied",
]


class LoginRefusedError(Exception):
    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code
