"""The error that a command ends with."""


class CommandError(Exception):
    """`str(error)` is a sentence for the user. `code`: the API's, or "" where the API did not answer."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code
