"""Run folders (formats.md, Run).

``MODELS/nersemble/NERS-N[-name]/`` holds ``config.json``, ``checkpoints/`` and ``evaluation/``.
One process at a time writes into a run folder.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nersemble.errors import ConfigError, RunError, did_you_mean
from nersemble.files import (
    file_locked,
    is_file_name,
    read_json_object,
    reason_of,
    remove,
    remove_leftovers,
    replace_json,
    temporary_name,
)
from nersemble.opening import check_folders

RUNS_FOLDER = "nersemble"

_FIRST_RELEASED_NUMBER = 9000
_LISTED_RUNS = 20
_RUN_LABEL = re.compile(r"(NERS-(\d+))(?:-(.+))?")
_RECORD_NAME = re.compile(r"step-(\d{9,})\.json")


@dataclass(frozen=True)
class Run:
    """A run's folder, ours or a released one; its name is the run's label."""

    folder: Path

    @property
    def label(self) -> str:
        """The folder's name, such as ``NERS-12-blue_hair``."""
        return self.folder.name

    @property
    def run_id(self) -> str:
        """The label without the user's name: ``NERS-12``."""
        return run_id_of(self.label)

    @property
    def number(self) -> int:
        """The 12 of ``NERS-12-blue_hair``; -1 for a folder with another name."""
        match = _RUN_LABEL.fullmatch(self.label)
        return int(match[2]) if match else -1

    @property
    def config_path(self) -> Path:
        """The resolved config of the training."""
        return self.folder / "config.json"

    @property
    def released_config_path(self) -> Path:
        """The config of a run of the original; ours have none."""
        return self.folder / "config.yml"

    @property
    def is_released(self) -> bool:
        """Whether the folder is a run of the original."""
        return not self.config_path.exists() and self.released_config_path.exists()

    @property
    def checkpoints_folder(self) -> Path:
        """The folder of checkpoints; need not exist yet."""
        return self.folder / "checkpoints"

    @property
    def evaluation_folder(self) -> Path:
        """The folder of evaluations, one subfolder each; need not exist yet."""
        return self.folder / "evaluation"

    @property
    def camera_paths_folder(self) -> Path:
        """The folder of the viewer's camera paths; need not exist yet."""
        return self.folder / "camera_paths"

    def write_config(self, config: Mapping[str, Any]) -> None:
        """Writes the config as JSON, atomically.

        Raises:
            RunError: the folder cannot be written.
        """
        try:
            replace_json(self.config_path, config)
        except OSError as error:
            raise RunError(f"Cannot write {self.config_path}: {reason_of(error)}.") from error

    def read_config(self) -> dict[str, Any]:
        """Reads the config of this run as plain JSON values.

        Raises:
            RunError: the file is missing, as in a folder of the original, or damaged.
        """
        if self.is_released:
            raise RunError(
                f"{self.label} is a run of the original NeRSemble: import it with nersemble "
                f"import-model {self.folder}."
            )
        try:
            return read_json_object(self.config_path)
        except FileNotFoundError as error:
            raise RunError(
                f"{self.folder} has no {self.config_path.name}: it is not a run of this program, "
                "or its training never began."
            ) from error
        except (OSError, ValueError) as error:
            raise RunError(
                f"Cannot read {self.config_path}: {reason_of(error)}; restore it from a backup or "
                "train the run again."
            ) from error

    def checkpoint_steps(self) -> list[int]:
        """The steps with a complete checkpoint, ascending."""
        if not self.checkpoints_folder.is_dir():
            return []
        matches = (_RECORD_NAME.fullmatch(p.name) for p in self.checkpoints_folder.iterdir())
        return sorted(int(match[1]) for match in matches if match)


def run_id_of(label: str) -> str:
    """``NERS-12`` for ``NERS-12`` and ``NERS-12-any-name``; another label is its own id."""
    match = _RUN_LABEL.fullmatch(label)
    return match[1] if match else label


def create_run(models_root: Path, name: str | None = None) -> Run:
    """Creates the folder of a new run, numbered one above the highest number below 9000.

    Safe when several processes create runs at the same time.

    Raises:
        ConfigError: ``name`` is not valid in a folder's name.
        RunError: the models folder cannot be written.
    """
    if name is not None:
        check_run_name(name)
    suffix = "" if name is None else f"-{name}"
    folder = models_root / RUNS_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(folder)
        number = 1 + max((n for n in _numbers(folder) if n < _FIRST_RELEASED_NUMBER), default=0)
        while (run := _claim(folder, number, suffix)) is None:
            number += 1
    except OSError as error:
        raise _no_new_run(folder, error) from error
    return run


@contextmanager
def run_before_its_number(models_root: Path) -> Iterator[Run]:
    """A run under a hidden name, to be filled and then passed to :func:`name_run`, so that a run
    appears whole or not at all. A run that is not named is removed, after a kill by the next call.

    Raises:
        RunError: the models folder cannot be written.
    """
    path = models_root / RUNS_FOLDER / "import"
    run = Run(temporary_name(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path)
        remove(run.folder)
        run.folder.mkdir()
    except OSError as error:
        raise _no_new_run(path.parent, error) from error
    try:
        yield run
    finally:
        remove(run.folder)


def name_run(run: Run, models_root: Path, name: str | None = None) -> Run:
    """Gives a complete run the next number; returns it under its name. Raises like
    :func:`create_run`."""
    named = create_run(models_root, name)
    try:
        # Replaces the empty folder that reserves the number.
        run.folder.replace(named.folder)
    except OSError as error:
        raise _no_new_run(named.folder.parent, error) from error
    return named


def run_locked(run: Run) -> AbstractContextManager[None]:
    """Holds the run's lock: one process at a time trains in a run folder.

    Raises:
        RunError: another process holds it, or the folder cannot be written.
    """
    return file_locked(
        run.folder / ".lock",
        lambda holder: (
            f"{run.label} is being trained by {holder}: wait for it or stop it, or start a new run."
        ),
    )


def discard_run(run: Run) -> None:
    """Removes the folder of a run that was never trained; one with checkpoints stays."""
    if not run.checkpoint_steps():
        shutil.rmtree(run.folder, ignore_errors=True)


def find_run(models_root: Path, run: str) -> Run:
    """The run called ``run``: ``12``, ``NERS-12``, the whole label, or a path to a run folder.

    Raises:
        RunError: the run does not exist, several runs have this number, or a folder in it is a link
            that leads out of it.
    """
    folder = models_root / RUNS_FOLDER
    labels = _labels(folder)
    label = f"NERS-{run}" if run.isdecimal() else run.rstrip("/")
    same_id = [other for other in labels if run_id_of(other) == label]
    if label in labels:
        return _checked(Run(folder / label))
    if len(same_id) > 1:
        raise RunError(f"{run} in {folder} may be {' or '.join(same_id)}: give the whole name.")
    if same_id:
        return _checked(Run(folder / same_id[0]))
    path = os.path.expanduser(run)
    # Unlike Path.is_dir, this accepts invalid file names.
    if run and os.path.isdir(path):
        return _checked(Run(Path(os.path.abspath(path))))
    meant = did_you_mean(label, [*labels, *map(run_id_of, labels)])
    raise RunError(f"{folder} has no run {run!r}{meant}; {_listing(labels)}.")


def _checked(run: Run) -> Run:
    try:
        check_folders(run.folder)
    except OSError as error:
        raise RunError(f"{error.filename} in the run {run.label}: {reason_of(error)}.") from error
    return run


def runs_with_config(models_root: Path) -> list[Run]:
    """The run folders with a ``config.json``, by label; those of released models have none.

    Raises:
        RunError: the models folder does not exist or cannot be listed.
    """
    if not models_root.is_dir():
        raise RunError(f"The folder {models_root} does not exist: correct --models_path.")
    folder = models_root / RUNS_FOLDER
    try:
        entries = folder.iterdir() if folder.is_dir() else ()
        runs = [Run(entry) for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        raise RunError(f"{folder} cannot be listed: {reason_of(error)}.") from error
    return sorted((run for run in runs if run.config_path.is_file()), key=lambda run: run.label)


def _no_new_run(folder: Path, error: OSError) -> RunError:
    return RunError(
        f"Cannot create a run in {folder}: {reason_of(error)}; choose another folder with "
        "--models_path or NERSEMBLE_MODELS_PATH."
    )


def check_run_name(name: str) -> None:
    """Raises ConfigError for a name that is not valid in a folder's name."""
    if not is_file_name(name):
        raise ConfigError(
            f"{name!r} cannot name a run: it becomes part of a folder's name, so it must have 1 to "
            "100 characters, not start with a dot and contain no / or \\."
        )


def _labels(folder: Path) -> list[str]:
    """The run folders in ``folder``, by ascending number."""
    if not folder.is_dir():
        return []
    matches = (_RUN_LABEL.fullmatch(entry.name) for entry in folder.iterdir() if entry.is_dir())
    found = sorted((int(match[2]), match[0]) for match in matches if match)
    return [label for _, label in found]


def _numbers(folder: Path) -> set[int]:
    matches = (_RUN_LABEL.fullmatch(label) for label in _labels(folder))
    return {int(match[2]) for match in matches if match}


def _claim(folder: Path, number: int, suffix: str) -> Run | None:
    """Creates the run's folder unless its number is taken or being taken.

    Two runs of one number may differ in name, so the run folder itself cannot be the claim. After
    getting the claim, the number is checked again, because its last holder may have used it.
    """
    claim = folder / f".NERS-{number}.claim"
    try:
        claim.mkdir()
    except FileExistsError:
        return None
    try:
        if number in _numbers(folder):
            return None
        run = Run(folder / f"NERS-{number}{suffix}")
        run.folder.mkdir()
        return run
    finally:
        claim.rmdir()


def _remove_unfinished(folder: Path) -> None:
    """Removes leftovers of processes that were killed while they wrote a new run's config."""
    for label in _labels(folder):
        config_path = Run(folder / label).config_path
        # In a shared folder, some runs may be inaccessible.
        with suppress(OSError):
            if not config_path.exists():
                remove_leftovers(config_path)


def _listing(labels: list[str]) -> str:
    if not labels:
        return "it has no runs"
    newest = ", ".join(labels[-_LISTED_RUNS:])
    more = len(labels) - _LISTED_RUNS
    return f"it has {newest}" + (f" and {more} older ones" if more > 0 else "")
