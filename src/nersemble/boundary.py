"""Runs a command and turns the exception that ends it into a sentence.

Most errors already name the file and the remedy; unexpected ones are explained here. Every
command starts here, so this module imports neither torch nor another large package.
"""

import io
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import nersemble
from nersemble.errors import NersembleError, printable
from nersemble.files import remedy_of
from nersemble.training.interrupts import Stopped

EntryPoint = Callable[[Sequence[str]], None]
"""A command: takes the words after its name."""

EXIT_MISTAKE = 2
"""The user can fix it: options, files, the machine."""
EXIT_FAULT = 1
"""A bug in this program."""
DEBUG_VARIABLE = "NERSEMBLE_DEBUG"
"""If this environment variable is 1, tracebacks are printed as well."""

# The status of a shell for a program that SIGPIPE ended; Windows has no such signal.
_BROKEN_PIPE = 128 + 13
_NUL_IN_A_PATH = "embedded null"
_NO_MEMORY = ("can't allocate memory", "Cannot allocate memory", "out of memory")


class _OneLine(logging.Formatter):
    """Escapes control characters, because messages quote the contents of files."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return printable(super().formatMessage(record))


def run_command(command: EntryPoint, argv: Sequence[str] | None) -> int:
    """Runs a command and returns its exit status; an exception becomes one line on standard error.

    0: done; 1: a bug in this program; 2: the user can fix it; 75: run the command again; 128 and
    above: a signal, such as 130 for Ctrl-C.
    """
    # An ASCII-only terminal shows other characters as escapes.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    with _joined() as complain:
        shown = logging.StreamHandler()
        shown.setFormatter(_OneLine("%(levelname)s: %(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[shown], force=True)
        logging.getLogger("nersemble").setLevel(logging.INFO)
        # Without a GPU it warns about CUDA_HOME, which does not matter here.
        logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
        try:
            command(sys.argv[1:] if argv is None else argv)
        except BrokenPipeError:
            # The reader of the output, such as `head`, has closed it: flushing would fail too.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _BROKEN_PIPE
        except KeyboardInterrupt as error:
            complain("interrupted")
            return error.exit_status if isinstance(error, Stopped) else 130
        except Exception as error:
            sentence, status = explained(error)
            complain(f"error: {sentence}")
            return status
    return 0


def _joined() -> AbstractContextManager[Callable[[str], None]]:
    """Joins torchrun's processes, if torchrun started this one; yields a function that prints an
    error."""
    if "RANK" in os.environ:
        from nersemble.distributed import joined

        return joined()
    errors = sys.stderr
    return nullcontext(lambda sentence: print(sentence, file=errors))


def explained(error: Exception) -> tuple[str, int]:
    """The one-line message for an exception that ended a command, and the exit status.

    Writes the traceback of an unexpected exception to the folder for temporary files.
    """
    if os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0"):
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, NersembleError):
        return str(error), EXIT_MISTAKE
    if isinstance(error, OSError) and error.errno is not None:
        return printable(_disk_message(error)), EXIT_MISTAKE
    if isinstance(error, MemoryError | RuntimeError) and _lacks_memory(error):
        reason = next(iter(str(error).splitlines()), "")
        return printable(
            f"There is not enough memory{f' ({reason})' if reason else ''}: end other programs, "
            "or ask for less at once (docs/trouble.md)."
        ), EXIT_MISTAKE
    if isinstance(error, ValueError) and _NUL_IN_A_PATH in str(error):
        return "A path contains the character NUL, which is not allowed: correct it.", EXIT_MISTAKE
    reason = next(iter(str(error).splitlines()), "")
    what = f"{type(error).__name__}{f': {reason}' if reason else ''}"
    title = f"nersemble {nersemble.__version__}"
    sentence = (
        f"{title} has failed ({what[:400]}); {_save_traceback(error, title)} Please report it."
    )
    return printable(sentence), EXIT_FAULT


def _disk_message(error: OSError) -> str:
    names = [
        os.fsdecode(n) for n in (error.filename, error.filename2) if isinstance(n, str | bytes)
    ]
    reason = error.strerror or type(error).__name__
    said = f"{' and '.join(names)}: {reason}" if names else f"The system says: {reason}"
    remedy = remedy_of(error)
    return f"{said}; {remedy}." if remedy else f"{said}."


def _lacks_memory(error: Exception) -> bool:
    # torch's OutOfMemoryError is no MemoryError.
    is_kind = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return is_kind or any(words in str(error) for words in _NO_MEMORY)


def _save_traceback(error: Exception, title: str) -> str:
    """Writes the traceback to a temporary file and says where it is."""
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
