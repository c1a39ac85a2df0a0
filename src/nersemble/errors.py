"""Errors that a user can act on: one sentence that says what is wrong, where, and what to do.

Commands catch ``NersembleError``, print its message without a traceback and exit with status 2.
"""

from collections.abc import Iterable

_LONGEST = 1600
_KEPT_AT_THE_END = 400


def printable(text: str) -> str:
    """Escapes every character that is not printable, including newlines."""
    return text if text.isprintable() else "".join(map(_printable, text))


def say(*texts: object, flush: bool = False) -> None:
    """Prints texts, one per line, escaped by :func:`printable`: they may quote names from disk.
    Their own line breaks stay."""
    lines = "\n".join(map(str, texts)).split("\n")
    print("\n".join(map(printable, lines)), flush=flush)


def _printable(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``" (did you mean X?)"`` if a known word is spelt similarly; else an empty string."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


class NersembleError(Exception):
    """Base of every error whose message is meant for the user.

    A message quotes the contents of files. They must not move the cursor, colour the terminal or
    fill the screen, so the message is shown on one line, escaped, and shortened in the middle if
    it is too long.
    """

    def __str__(self) -> str:
        text = printable(super().__str__())
        if len(text) <= _LONGEST:
            return text
        return f"{text[: _LONGEST - _KEPT_AT_THE_END]} ... {text[-_KEPT_AT_THE_END:]}"


class CaptureError(NersembleError):
    """Something in a capture on disk is missing, truncated or contradictory."""


class StoreError(NersembleError):
    """A store of packed pictures cannot be written or read."""


class ConfigError(NersembleError):
    """Options are out of range or contradict each other."""


class RunError(NersembleError):
    """A run folder is missing, unwritable or of another kind."""


class CheckpointError(NersembleError):
    """A checkpoint cannot be read; names the file and what to use instead."""


class TrainingError(NersembleError):
    """Training cannot continue (for example, the loss is not finite); says the step and what was
    saved."""


class DivergedError(TrainingError):
    """Training must continue from an earlier state. step: steps done when that became clear."""

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message, step)
        self.step = step

    def __str__(self) -> str:
        return str(self.args[0])


class MissingDependencyError(NersembleError):
    """A required optional package or weight file is missing; says how to get it."""


class WorldError(NersembleError):
    """Another process of the same command has ended."""
