"""Every reader of files from outside survives mutated files; ``tests/fuzz/run.py`` tries more."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fuzz.harness import Limits, Reader, Target, fuzz
from fuzz.mutations import mutate_bytes
from fuzz.readers import READERS
from nersemble.errors import NersembleError


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where that is possible, because thousands of files are written."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as made:
        yield Path(made)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_mutated_files_are_read_or_refused(folder: Path, reader: Reader) -> None:
    outcome = fuzz(reader, 300, 0, folder)
    assert outcome.accepted + outcome.refused == 300
    assert not outcome.failures, outcome


def _reader(read: Callable[[Path], object]) -> Reader:
    def prepare(folder: Path) -> Target:
        path = folder / "input"
        return Target([b"valid"], path, lambda: read(path))

    return Reader("made-up", prepare, mutate_bytes)


def _refuse(path: Path) -> None:
    raise NersembleError("no path")


def _crash(path: Path) -> None:
    if path.read_bytes() != b"valid":
        os.kill(os.getpid(), signal.SIGSEGV)


def _fill_memory(path: Path) -> None:
    bytes(1 << 31)


def _write_beside(path: Path) -> None:
    (path.parent / "escaped").touch()


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (_crash, f"exit status {-signal.SIGSEGV}"),
        (_fill_memory, "MemoryError at"),
        (_refuse, "message without the file's name"),
        (lambda path: path.read_text()[99], "IndexError at"),
        (_write_beside, "left the file escaped"),
    ],
)
def test_the_fuzzer_finds_what_goes_wrong(
    tmp_path: Path, read: Callable[[Path], object], found: str
) -> None:
    outcome = fuzz(_reader(read), 3, 0, tmp_path)
    assert any(found in what for what in outcome.failures), outcome
    assert all(path.is_file() for paths in outcome.examples.values() for path in paths)


def test_the_fuzzer_ends_what_hangs(tmp_path: Path) -> None:
    reader = _reader(lambda path: time.sleep(60))
    outcome = fuzz(reader, 2, 0, tmp_path, Limits(seconds=0.2))
    assert outcome.n_failures == 2
    assert "hang" in next(iter(outcome.failures))
