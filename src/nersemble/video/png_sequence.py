"""A folder of numbered PNG files, written picture by picture."""

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from nersemble.beside import Tasks
from nersemble.errors import RunError
from nersemble.files import (
    leftovers_of,
    reason_of,
    remove_leftovers,
    sync_to_disk,
    temporary_name,
)
from nersemble.machine import n_usable_cores

_MOST_THREADS = 8
_PICTURE = re.compile(r"frame_\d{5,}\.png")


class PngSequenceWriter:
    """Writes ``frame_00000.png`` and so on into a folder, in the background; a context manager.
    The folder gets its name only when the block succeeds, and then replaces an earlier sequence;
    after an exception nothing is left. A process that is killed between the two renames leaves
    the earlier sequence under a hidden name, from which the next call restores it.
    """

    def __init__(self, folder: Path) -> None:
        """Prepares a sequence in a folder that does not exist or holds an earlier one."""
        self._folder = folder
        self._parts, self._replaced = temporary_name(folder), temporary_name(folder, "old")
        self._n_pictures = 0
        threads = min(n_usable_cores(), _MOST_THREADS)
        self._tasks = Tasks(threads, 2 * threads)

    def __enter__(self) -> "PngSequenceWriter":
        """Create the folder, so that an unwritable location is found before rendering.

        Raises:
            RunError: it cannot be made, or its name is taken by something else.
        """
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._tidy_up()
            foreign = self._folder.exists() and [
                entry.name for entry in self._folder.iterdir() if not _PICTURE.fullmatch(entry.name)
            ]
            if foreign:
                raise RunError(
                    f"{self._folder} holds {foreign[0]}, which is not a picture of a sequence: "
                    "move the folder away, or choose another with --renders_path."
                )
            self._parts.mkdir()
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def _tidy_up(self) -> None:
        """Clean up after a killed process: restore the earlier sequence, remove the rest."""
        for replaced in leftovers_of(self._folder, "old"):
            if self._folder.exists():
                shutil.rmtree(replaced)
            else:
                replaced.rename(self._folder)
        remove_leftovers(self._folder)

    def append(self, picture: UInt8[np.ndarray, "h w c"]) -> None:
        """Adds the next picture, with alpha if it has a fourth value.

        It is written later: do not change it until the block ends.

        Raises:
            RunError: it or one before cannot be written.
        """
        path = self._parts / f"frame_{self._n_pictures:05d}.png"
        self._n_pictures += 1
        self._tasks.start(lambda pixels: self._save(path, pixels), picture)

    def _save(self, path: Path, picture: UInt8[np.ndarray, "h w c"]) -> None:
        try:
            Image.fromarray(picture).save(path, compress_level=4)
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give the folder its name, or remove it after an exception.

        Raises:
            RunError: it cannot be written.
        """
        with ExitStack() as cleanup:
            cleanup.callback(shutil.rmtree, self._parts, ignore_errors=True)
            self._tasks.__exit__(kind)
            if kind is not None:
                return
            try:
                for path in (*self._parts.iterdir(), self._parts):
                    sync_to_disk(path)
                if self._folder.exists():
                    self._folder.rename(self._replaced)
                    cleanup.callback(shutil.rmtree, self._replaced, ignore_errors=True)
                self._parts.rename(self._folder)
                sync_to_disk(self._folder.parent)
            except OSError as problem:
                raise self._unwritable(problem) from problem

    def _unwritable(self, error: OSError) -> RunError:
        return RunError(
            f"Cannot write the pictures to {self._folder}: {reason_of(error)}; make room there or "
            "choose another folder with --renders_path or NERSEMBLE_RENDERS_PATH."
        )
