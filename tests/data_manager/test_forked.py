"""Work in forked processes."""

import gc
import os
from pathlib import Path

import pytest

from nersemble.data_manager.forked import can_fork, run_forked
from nersemble.errors import CaptureError

pytestmark = pytest.mark.skipif(not can_fork(), reason="needs fork")


class _Garbage:
    """Refers to itself, and notes which process frees it."""

    def __init__(self, notes: Path) -> None:
        self._itself, self._notes = self, notes

    def __del__(self) -> None:
        with self._notes.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")


def test_garbage_of_this_process_is_freed_here_only(tmp_path: Path) -> None:
    notes = tmp_path / "notes"

    def work(item: int) -> int:
        gc.collect()
        return item

    done: list[int] = []
    gc.collect()
    gc.disable()
    try:
        _Garbage(notes)
        run_forked([[1, 2], [3]], work, done.append)
    finally:
        gc.enable()
    gc.collect()
    assert sorted(done) == [1, 2, 3]
    assert notes.read_text(encoding="utf-8").split() == [str(os.getpid())]


def test_an_error_there_is_raised_here() -> None:
    def work(item: int) -> int:
        if item == 2:
            raise CaptureError("no such picture")
        return item

    with pytest.raises(CaptureError, match="no such picture"):
        run_forked([[1], [2]], work, lambda _: None)
