"""Errors that a user can act on: one sentence that says what is wrong, where, and what to do.

Commands catch ``NersembleError``, print its message without a traceback and exit with status 2.
"""

from collections.abc import Iterable

_LONGEST = 1600
_KEPT_AT_THE_END = 400


def printable(text: str) -> str:
    """The text with an escape in place of each character that is not printable, as newlines are."""
    return text if text.isprintable() else "".join(map(_printable, text))


def say(*texts: object, flush: bool = False) -> None:
    """Prints texts, one below the other, as :func:`printable`: they may quote names from disk.
    Their line breaks stay."""
    lines = "\n".join(map(str, texts)).split("\n")
    print("\n".join(map(printable, lines)), flush=flush)


def _printable(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``" (did you mean X?)"`` where one of the known words is spelt like this one; else empty."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


class NersembleError(Exception):
    """Base of every error whose message is meant for the user.

    A message quotes what files say. So that none of them can move the cursor, colour the terminal
    or fill the screen, it is shown on one line, with escapes for what is not printable, and without
    the middle of what is too long.
    """

    def __str__(self) -> str:
        text = printable(super().__str__())
        if len(text) <= _LONGEST:
            return text
        return f"{text[: _LONGEST - _KEPT_AT_THE_END]} ... {text[-_KEPT_AT_THE_END:]}"


class CaptureError(NersembleError):
    """Something in a capture on disk is missing, truncated or contradictory."""


class StoreError(NersembleError):
    """A store of packed pictures that cannot be written or read."""


class ConfigError(NersembleError):
    """Options that are out of range or contradict each other."""


class RunError(NersembleError):
    """A run folder that is missing, unwritable or of another kind."""


class CheckpointError(NersembleError):
    """A checkpoint that cannot be read, with the file's name and what can be used instead."""


class TrainingError(NersembleError):
    """Training cannot go on (for example a non-finite loss); says the step and what was saved."""


class DivergedError(TrainingError):
    """Training goes on only from an earlier state. step: steps done when that became clear."""

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message, step)
        self.step = step

    def __str__(self) -> str:
        return str(self.args[0])


class MissingDependencyError(NersembleError):
    """An optional package or a weight file is needed and is not there; says how to get it."""


class WorldError(NersembleError):
    """Another process of the same command is gone."""
