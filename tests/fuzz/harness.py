"""Runs a reader on thousands of mutated files, in a process that may crash, hang or run out of
memory without the others noticing."""

import faulthandler
import logging
import multiprocessing
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import sharedctypes
from pathlib import Path
from random import Random
from typing import Any

from fuzz.mutations import Mutate
from fuzz.places import OUTSIDE, PLACES, clear
from nersemble.errors import NersembleError

_POLL_SECONDS = 0.02
_SAVED_OF_A_KIND = 3
# One input in so many is no file, or one of no usual size.
_PLACE_EVERY = 20
# What the child tells its parent, by index.
_INPUT, _ACCEPTED, _REFUSED, _STARTED = range(4)


@dataclass(frozen=True)
class Target:
    """What is read in place of a valid file.

    path: where each input is written. read: reads it as a command would. named: what a refusal's
    message must contain, so that a user finds the file.
    """

    seeds: Sequence[bytes]
    path: Path
    read: Callable[[], object]
    named: str = ""


@dataclass(frozen=True)
class Reader:
    """A reader to be tried. prepare: writes what the reader needs into an empty folder."""

    name: str
    prepare: Callable[[Path], Target]
    mutate: Mutate
    tokens: Sequence[bytes] = ()


@dataclass(frozen=True)
class Limits:
    """Of one input: seconds, and bytes of address space above what the process has at its start."""

    seconds: float = 20.0
    n_bytes: int = 1 << 30


@dataclass
class Outcome:
    """What came of a reader's inputs. failures: how often, by what happened; examples: files."""

    reader: str
    n_inputs: int
    accepted: int = 0
    refused: int = 0
    seconds: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def n_failures(self) -> int:
        """Inputs that were neither read nor refused in one clear sentence."""
        return self.failures.total()


def input_of(reader: Reader, target: Target, seed: int, index: int) -> bytes:
    """The index-th input: a function of the reader's name, the seed and the index."""
    return reader.mutate(Random(f"{reader.name} {seed} {index}"), target.seeds, reader.tokens)


def place_of(index: int) -> str:
    """What the index-th input is instead of a file, a name in ``PLACES``; empty for a file."""
    number, rest = divmod(index, _PLACE_EVERY)
    return list(PLACES)[number % len(PLACES)] if rest == _PLACE_EVERY - 1 else ""


def fuzz(
    reader: Reader, n_inputs: int, seed: int, folder: Path, limits: Limits | None = None
) -> Outcome:
    """Tries a reader.

    Args:
        reader: to be tried.
        n_inputs: how many inputs.
        seed: of all of them.
        folder: for the reader's files and, in ``failed``, for inputs that it failed on.
        limits: of each input.
    """
    limits = limits or Limits()
    began = time.monotonic()
    work = folder / reader.name
    work.mkdir(parents=True)
    target = reader.prepare(work)
    before = _files(work) | {target.path}
    outcome = Outcome(reader.name, n_inputs)
    context = multiprocessing.get_context("fork")
    told = sharedctypes.RawArray("q", 4)
    failures = context.SimpleQueue()

    def save(what: str, index: int) -> None:
        outcome.failures[what] += 1
        examples = outcome.examples.setdefault(what, [])
        if len(examples) < _SAVED_OF_A_KIND:
            path = folder / "failed" / f"{reader.name}-{seed}-{index}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(place_of(index).encode() or input_of(reader, target, seed, index))
            examples.append(path)

    while told[_INPUT] < n_inputs:
        arguments = (reader, target, seed, n_inputs, told, failures, limits, work / "stderr")
        child = context.Process(target=_try_all, args=arguments)
        told[_STARTED] = time.monotonic_ns()
        child.start()
        if ended := _wait(child, told, failures, limits, save):
            save(_cause(ended, work / "stderr"), told[_INPUT])
            told[_INPUT] += 1
    outcome.accepted, outcome.refused = told[_ACCEPTED], told[_REFUSED]
    for path in sorted(_files(work) - before - {work / "stderr"}):
        outcome.failures[f"left the file {path.relative_to(work)}"] += 1
    outcome.seconds = time.monotonic() - began
    return outcome


def _wait(
    child: Any, told: Any, failures: Any, limits: Limits, save: Callable[[str, int], None]
) -> str:
    """Waits for a child and collects its failures; how it ended if not well."""
    hung = False
    while True:
        child.join(_POLL_SECONDS)
        while not failures.empty():
            what, index = failures.get()
            save(what, index)
        if child.exitcode is not None:
            break
        if time.monotonic_ns() - told[_STARTED] > limits.seconds * 1e9:
            hung = True
            child.kill()
    if hung:
        return f"hang of more than {limits.seconds:g} s"
    return "" if child.exitcode == 0 else f"exit status {child.exitcode}"


def _cause(ended: str, log: Path) -> str:
    last = log.read_text(errors="replace").strip().splitlines()[-12:] if log.exists() else []
    inner = next((line.strip() for line in last if "File" in line), "")
    return f"{ended} {inner}".strip()


def _try_all(
    reader: Reader,
    target: Target,
    seed: int,
    n_inputs: int,
    told: Any,
    failures: Any,
    limits: Limits,
    log: Path,
) -> None:
    """The child: every input from ``told`` on."""
    logging.disable(logging.CRITICAL)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdout = sys.stderr = os.fdopen(2, "w", closefd=False)
    faulthandler.enable(descriptor)
    _limit_memory(limits.n_bytes)
    for index in range(told[_INPUT], n_inputs):
        told[_INPUT], told[_STARTED] = index, time.monotonic_ns()
        # A file of that name that is only emptied would be forced to disk by some file systems.
        clear(target.path)
        place = place_of(index)
        if place:
            PLACES[place](target.path, target.seeds[0])
        else:
            target.path.write_bytes(input_of(reader, target, seed, index))
        problem = _problem_of(target, told)
        if problem:
            failures.put((problem, index))
    told[_INPUT] = n_inputs


def _problem_of(target: Target, told: Any) -> str:
    try:
        target.read()
    except NersembleError as error:
        told[_REFUSED] += 1
        return _problem_of_message(str(error), target.named or target.path.name)
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "nersemble" in frame.filename] or frames
        return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
    told[_ACCEPTED] += 1
    return ""


def _problem_of_message(message: str, named: str) -> str:
    if named not in message:
        return f"message without the file's name: {message[:60]!r}"
    if not message.isprintable():
        return f"message with control characters: {message[:60]!r}"
    return "message of more than 2000 characters" if len(message) > 2000 else ""


def _limit_memory(n_bytes: int) -> None:
    # Of what torch and its like have mapped at their import most is never touched.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    mapped = pages * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (mapped + n_bytes, mapped + n_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _files(folder: Path) -> set[Path]:
    return {p for p in folder.rglob("*") if not p.is_dir() and not p.name.endswith(OUTSIDE)}
