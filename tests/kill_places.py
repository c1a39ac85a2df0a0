"""Commands killed with SIGKILL at the places where they touch the disk, and given once more.

    PYTHONPATH=src:tests python tests/kill_places.py [--commands convert render] [--places 5]

A place is a call that makes, opens for writing, renames, removes or changes the mode of something
in the folders that the command works in; without ``--places`` each is tried. After a kill every
file that is not hidden is as it was before or as it shall be, and so are files that belong
together; after the same command once more all is as if nobody had killed it, with nothing left
over.
"""

import argparse
import datetime
import multiprocessing
import os
import platform
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from captures import PARTICIPANT, SEQUENCE
from micro import MICRO_OPTIONS, Workspace, files_below, run_command, write_capture
from nersemble.commands.fleet import STAGES
from nersemble.jobs.fleet.job import DONE, FleetJob
from nersemble.jobs.fleet.plan import read_plan
from own_captures import write_colmap, write_recordings

View = Mapping[str, bytes]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.truncate",
}  # fmt: skip
# They say when and how fast something was done.
_DIFFERENT_EACH_TIME = re.compile(r"training_log\.jsonl|pictures\.json|report\.html")
_LOCK = re.compile(r"(.*/)?\.(convert\.)?lock")
# submitit's own, and what is named by a job's id: another one each time.
_OF_A_JOB = re.compile(r".*/fleet/plan/[^/]+/(\d+_.*|[0-9a-f]{32}\.pkl|outcome-\d+\.json)")
_JOBS = re.compile(rb'"jobs": \[[^]]*\]')
_HIDDEN = re.compile(r"(.*/)?\.(?!nersemble-store)")
_NAMES = ("GoPro 1", "left.phone", "c")
# What the original can hold.
_EXPORTABLE = {
    "n_levels": 16, "growth": 1.4472692012786865, "log2_hashmap_size": 6, "grid_resolution": 8,
    "deformation_offset_space": "unit", "window_deform_end": 100, "max_steps": 2,
    "culling_cell_positions": "corner",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A command. prepare: makes what is there before; together: part of the paths of files that
    belong together (all as before, all as after, or none of them); beside: of those that must fit
    them."""

    prepare: Callable[[Workspace], object]
    run: Callable[[Workspace], int]
    together: str = "nothing"
    beside: str = "nothing"


def _trained(it: Workspace) -> None:
    write_capture(it.captures)
    assert it.train(max_steps=2) == 0


def _released(it: Workspace) -> None:
    write_capture(it.captures)
    assert it.train(**_EXPORTABLE) == 0


def _convert(it: Workspace, *options: object) -> int:
    argv = (it.root / "recordings", 1000, "TALK", "--calibration", it.root / "colmap")
    return run_command("data", "convert", *argv, "--data_path", it.captures, *options)


def _converted(it: Workspace) -> None:
    write_recordings(it.root, 2, names=_NAMES)
    write_colmap(it.root / "colmap", binary=True, names=_NAMES)
    assert _convert(it, "--metres_per_unit", 0.3, "--n_timesteps", 1) == 0


def _pack(it: Workspace, *options: object) -> int:
    argv = (PARTICIPANT, SEQUENCE, "--data_path", it.captures)
    return run_command("data", "pack", *argv, *options)


def _packed(it: Workspace) -> None:
    write_capture(it.captures)
    assert _pack(it, "--n_cameras", 2) == 0


def _synthesize(it: Workspace) -> int:
    size = ("--width", 20, "--height", 30, "--n_timesteps", 1, "--workers", 1)
    return run_command("data", "synthesize", "--data_path", it.captures, *size)


def _render(it: Workspace, *options: object) -> int:
    return it.render("NERS-1", "--format", "png", "--no-use_occupancy_grid_filtering", *options)


def _rendered(it: Workspace) -> None:
    _trained(it)
    assert _render(it, "--background", "black") == 0
    (folder,) = it.renders.iterdir()
    folder.rename(folder.with_name(folder.name.replace("_black", "")))


def _export(it: Workspace) -> int:
    paths = ("--data_path", it.captures, "--models_path", it.models, "--renders_path", it.renders)
    size = ("--kind", "points", "--downscale_factor", 100, "--no-use_occupancy_grid_filtering")
    return run_command("export", "NERS-1", *paths, "--device", "cpu", *size, "--timesteps", -1)


def _export_model(it: Workspace) -> int:
    paths = ("--models_path", it.models, "--out", it.root / "exported")
    return run_command("export-model", "NERS-1", *paths)


def _import_model(it: Workspace) -> int:
    return run_command("import-model", it.root / "exported", "--models_path", it.models)


def _importable(it: Workspace) -> None:
    _released(it)
    assert _export_model(it) == 0
    shutil.rmtree(it.models)


def _planned(it: Workspace, more: str = "") -> None:
    write_capture(it.captures)
    options = "\n".join(
        f"{name} = {repr(value) if value[0].isalpha() else value}"
        for name, value in MICRO_OPTIONS.items()
    )
    (it.root / "plan.toml").write_text(
        f'[[run]]\nparticipant = {PARTICIPANT}\nsequence = "{SEQUENCE}"\nrender = false\n{more}'
        f'[defaults.train]\n{options}\n[defaults.evaluate]\ndevice = "cpu"\nreport = false\n'
    )
    (it.root / "job").mkdir()


def _planned_to_submit(it: Workspace) -> None:
    _planned(it, "evaluate = false\n")


def _fleet(it: Workspace) -> int:
    """The jobs that a killed one has started go on; the next one waits for them."""
    paths = ("--data_path", it.captures, "--models_path", it.models, "--renders_path", it.renders)
    looking = ("--cluster", "local", "--seconds_between_looks", 0.1)
    return run_command("fleet", it.root / "plan.toml", *paths, *looking)


def _fleet_job(it: Workspace) -> int:
    run = read_plan(it.root / "plan.toml", it.captures, STAGES)[0]
    job = FleetJob(run, it.root / "job", it.captures, it.models, it.renders, STAGES)
    return 0 if job() == DONE else 1


CASES: Mapping[str, Case] = {
    "convert": Case(
        _converted, lambda it: _convert(it, "--overwrite"), "sequences/TALK", "camera_params.json"
    ),
    "synthesize": Case(lambda it: None, _synthesize),
    "pack": Case(_packed, _pack),
    "evaluate": Case(_trained, lambda it: it.evaluate()),
    "render": Case(_rendered, _render, "renders/"),
    "export": Case(_trained, _export),
    "export-model": Case(_released, _export_model),
    "import-model": Case(_importable, _import_model, "NERS-"),
    "fleet": Case(_planned, _fleet_job),
    "fleet-submitit": Case(_planned_to_submit, _fleet),
}


def child(name: str, root: Path, places: Any, kill_at: int) -> None:
    """Runs a command, and kills itself at the n-th place (0: at none)."""
    torch.set_num_threads(1)
    folder = str(root)

    def at_event(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if not (writes or event in _CHANGES) or not isinstance(arguments[0], str | os.PathLike):
            return
        path = os.fspath(arguments[0])
        # What is not absolute is relative to a folder that is being removed.
        if path.startswith(folder) or not os.path.isabs(path):
            places.value += 1
            if places.value == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    sys.addaudithook(at_event)
    sys.exit(CASES[name].run(Workspace(root)))


def view(root: Path) -> dict[str, bytes]:
    """Content by path. A kill may cost a run its number, so all have the same; what differs each
    time is left empty."""
    return {
        re.sub(r"NERS-\d+", "NERS-N", path): (
            b""
            if _DIFFERENT_EACH_TIME.fullmatch(Path(path).name)
            else _JOBS.sub(b"", re.sub(rb"NERS-\d+", b"NERS-N", content))
        )
        for path, content in files_below(root).items()
        if not _LOCK.fullmatch(path) and not _OF_A_JOB.fullmatch(path)
    }


class Killer:
    """Runs one command again and again on copies of the same folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._case = name, CASES[name]
        self._template, self._root = folder / "template", folder / "work"
        self._template.mkdir(parents=True)
        # A server that never had threads: its children are forked in milliseconds.
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["kill_places"])
        # Under the name that it has later, as some files say where they lie.
        self._root.mkdir()
        self._case.prepare(Workspace(self._root))
        shutil.rmtree(self._template)
        shutil.copytree(self._root, self._template)
        self._before = view(self._root)
        status, self.n_places = self._run(0)
        assert status == 0, f"{name} fails"
        self._after = view(self._root)
        hidden = [path for path in self._after if _HIDDEN.match(path)]
        assert not hidden, hidden

    def kill_at(self, place: int) -> None:
        """Kills at a place, looks, runs again, and looks once more."""
        shutil.rmtree(self._root)
        shutil.copytree(self._template, self._root)
        status, _ = self._run(place)
        where = f"{self._name}, place {place} of {self.n_places}"
        assert status in (-signal.SIGKILL, 0), f"{where}: exit status {status}"
        self._look(where)
        if self._differing(self._root) == []:
            return  # it was all done but for what nobody sees
        status, _ = self._run(0)
        assert status == 0, f"{where}: it does not go on"
        differing = self._differing(self._root)
        assert differing == [], f"{where}: {differing} are not as they would be"

    def _look(self, where: str) -> None:
        """Whether every file is whole, and those that belong together fit."""
        now, before, after, case = view(self._root), self._before, self._after, self._case
        for path, content in now.items():
            whole = content in (before.get(path), after.get(path)) or _is_middle(path)
            assert _HIDDEN.match(path) or whole, f"{where}: {path} is neither old nor new"
        shown = _part(now, case.together)
        states = [(_part(v, case.together), _part(v, case.beside)) for v in (before, after)]
        fits = not shown or (shown, _part(now, case.beside)) in states
        assert fits, f"{where}: {sorted(shown)} do not belong together"

    def _differing(self, root: Path) -> list[str]:
        now = view(root)
        return sorted(
            path for path in now.keys() | self._after.keys()
            if now.get(path) != self._after.get(path)
        )  # fmt: skip

    def _run(self, kill_at: int) -> tuple[int, int]:
        """Exit status and number of places."""
        places = self._context.RawValue("i", 0)
        process = self._context.Process(
            target=child, args=(self._name, self._root, places, kill_at)
        )
        process.start()
        process.join()
        return process.exitcode, places.value


def _part(of: View, fragment: str) -> dict[str, bytes]:
    return {
        path: content
        for path, content in of.items()
        if fragment in path and not _HIDDEN.match(path)
    }


def _is_middle(path: str) -> bool:
    """Files that are neither the old nor the new ones half way: an unfinished synthesis says so,
    and what a fleet has done grows."""
    return path.endswith(("unfinished.json", "done.json", "state.json"))


def chosen(n_places: int, n: int | None) -> list[int]:
    """``n`` places spread over all of them, the last one included; all of them without ``n``."""
    n = n_places if n is None else min(n, n_places)
    return [n_places - i * n_places // n for i in range(n)]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--places", type=int)
    arguments = parser.parse_args()
    print(f"{datetime.date.today()}, Python {platform.python_version()}, torch {torch.__version__}")
    failed = 0
    for name in arguments.commands:
        with tempfile.TemporaryDirectory() as folder:
            killer = Killer(name, Path(folder))
            places = chosen(killer.n_places, arguments.places)
            for place in places:
                try:
                    killer.kill_at(place)
                except AssertionError as error:
                    failed += 1
                    print(error, flush=True)
            print(f"{name}: killed at {len(places)} of {killer.n_places} places", flush=True)
    print(f"{failed} kills left something behind." if failed else "Each command went on.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
