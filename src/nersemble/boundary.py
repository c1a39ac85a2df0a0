"""Where the exceptions of a command become sentences: the last that any of them reaches.

Rooms raise errors that name file and remedy; what none of them expected is named here.
"""

import os
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version

import torch

from nersemble.errors import NersembleError, printable
from nersemble.files import remedy_of

EXIT_MISTAKE = 2
"""Something that the user can mend: options, files, the machine."""
EXIT_FAULT = 1
"""A fault of this program."""
DEBUG_VARIABLE = "NERSEMBLE_DEBUG"
"""Set to 1 in the environment, tracebacks are printed, too."""

_NO_MEMORY = ("can't allocate memory", "Cannot allocate memory", "out of memory")


def explained(error: Exception) -> tuple[str, int]:
    """What to print of an exception that ended a command, on one line, and the exit status.

    The traceback of what is not expected is written to the folder for temporary files.
    """
    if os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0"):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, NersembleError):
        return str(error), EXIT_MISTAKE
    if isinstance(error, OSError) and error.errno is not None:
        return printable(_of_disk(error)), EXIT_MISTAKE
    if isinstance(error, MemoryError | RuntimeError) and _lacks_memory(error):
        reason = next(iter(str(error).splitlines()), "")
        return printable(
            f"There is not enough memory{f' ({reason})' if reason else ''}: end other programs, "
            "or ask for less at once (docs/trouble.md)."
        ), EXIT_MISTAKE
    reason = next(iter(str(error).splitlines()), "")
    what = f"{type(error).__name__}{f': {reason}' if reason else ''}"
    title = f"nersemble {_version()}"
    sentence = f"{title} has failed ({what[:400]}); {_kept(error, title)} Please report it."
    return printable(sentence), EXIT_FAULT


def _version() -> str:
    try:
        return version("nersemble")
    except PackageNotFoundError:
        return "(not installed)"


def _of_disk(error: OSError) -> str:
    names = [
        os.fsdecode(n) for n in (error.filename, error.filename2) if isinstance(n, str | bytes)
    ]
    reason = error.strerror or type(error).__name__
    said = f"{' and '.join(names)}: {reason}" if names else f"The system says: {reason}"
    remedy = remedy_of(error)
    return f"{said}; {remedy}." if remedy else f"{said}."


def _lacks_memory(error: Exception) -> bool:
    is_kind = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return is_kind or any(words in str(error) for words in _NO_MEMORY)


def _kept(error: Exception, title: str) -> str:
    """Where the traceback is now."""
    text = "".join([f"{title}\n", *traceback.format_exception(error)])
    try:
        descriptor, name = tempfile.mkstemp(prefix="nersemble-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as cause:
        return (
            f"its traceback cannot be written ({cause.strerror}): set {DEBUG_VARIABLE}=1 to see it."
        )
    return f"the traceback is in {name}."
