"""Writes a synthetic capture in layout v1 (method.md, Layout v1); may be repeated.

``PPP/ground_truth/SEQ/unfinished.json`` is written before the first picture and ``meta.json`` after
the last. The first marks a half-written sequence as ours to rewrite, the second marks it as
complete. A sequence with neither is someone's recording and is never touched.
"""

import dataclasses
import json
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import imageio.v3 as iio
import numpy as np

from nersemble.captures.synthetic.animation import TIMESTEPS_PER_SECOND, pose_at
from nersemble.captures.synthetic.appearance import color_cast, wall
from nersemble.captures.synthetic.config import SyntheticConfig, camera_ids, validate
from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.identity import identity_of
from nersemble.captures.synthetic.raycast import RenderedView, render
from nersemble.captures.synthetic.rig import sensor_intrinsics, view, world_to_camera
from nersemble.data_manager.folders import PathsV1
from nersemble.data_manager.picture_files import encode_depth
from nersemble.data_manager.rig import SERIALS, TRAIN_CAMERA_IDS
from nersemble.errors import CaptureError
from nersemble.files import read_json_object, reason_of, written_whole
from nersemble.opening import write_bytes
from nersemble.ops.colors import to_uint8
from nersemble.progress import Progress

_VERSION = 1
_PICTURES_PER_WORKER = 4


class _Paths(PathsV1):
    """The paths of one sequence, including those of synthetic ones only."""

    @property
    def meta(self) -> Path:
        return self.participant / "ground_truth" / self.sequence / "meta.json"

    @property
    def unfinished(self) -> Path:
        return self.meta.with_name("unfinished.json")


@dataclass(frozen=True)
class _Task:
    """One picture: the input of a worker process."""

    paths: _Paths
    config: SyntheticConfig
    timestep: int
    camera_id: int


def synthesize(root: Path, config: SyntheticConfig, *, progress: bool = True) -> Path:
    """Renders a talking head into ``root`` as a capture in layout v1 (method.md, Layout v1).

    A sequence that is complete and was made with the same options is kept; an interrupted one is
    written again.

    Args:
        root: the folder of all participants; created if necessary.
        progress: show a progress bar.

    Returns:
        The participant's folder.

    Raises:
        ConfigError: an option is out of range.
        CaptureError: the folder cannot be written, or holds another sequence of this name or
            another calibration of this participant.
    """
    validate(config)
    paths = _Paths(Path(root) / f"{config.participant:03d}", config.sequence)
    try:
        if _is_complete(paths, config):
            return paths.participant
        _begin(paths, config)
        tasks = [
            _Task(paths, config, timestep, camera_id)
            for timestep in range(config.n_timesteps)
            for camera_id in camera_ids(config)
        ]
        shown = Progress(len(tasks), "Synthesizing", unit="image") if progress else nullcontext()
        with shown as bar:
            _run(tasks, config.workers, bar.update if bar else lambda _: None)
        _finish(paths, config)
    except OSError as error:
        raise CaptureError(
            f"Cannot write the synthetic capture to {paths.participant} ({error}): check that the "
            "folder is writable and the disk has room, or choose another data folder."
        ) from error
    except BrokenProcessPool as error:
        raise CaptureError(
            f"A process that rendered for {paths.participant} died, perhaps out of memory: "
            "run again with workers=1."
        ) from error
    return paths.participant


def _options(config: SyntheticConfig) -> dict[str, Any]:
    """The options that the files depend on."""
    options = dataclasses.asdict(config)
    del options["workers"]
    options["cameras"] = list(camera_ids(config))
    return options


def _is_complete(paths: _Paths, config: SyntheticConfig) -> bool:
    """Whether the sequence already exists.

    Raises:
        CaptureError: something else has that name.
    """
    _check_calibration(paths)
    if paths.meta.exists():
        written = _read_json(paths.meta)
        if written.get("version") == _VERSION and written.get("options") == _options(config):
            # A process was killed just before removing this.
            paths.unfinished.unlink(missing_ok=True)
            return True
        raise CaptureError(
            f"{paths.frames} was synthesized with other options (see {paths.meta}): remove it "
            f"together with {paths.meta.parent}, or choose another sequence name."
        )
    theirs = [path for path in (paths.frames, paths.annotations) if path.exists()]
    if theirs and not paths.unfinished.exists():
        raise CaptureError(
            f"{theirs[0]} exists and was not written by 'nersemble data synthesize': choose "
            "another sequence name or another data folder."
        )
    return False


def _calibration() -> dict[str, Any]:
    poses = {serial: world_to_camera(i).tolist() for i, serial in enumerate(SERIALS)}
    return {"world_2_cam": poses, "intrinsics": sensor_intrinsics().tolist()}


def _check_calibration(paths: _Paths) -> None:
    """Makes sure that the participant's other sequences keep their calibration."""
    if not paths.calibration.exists():
        return
    ours, theirs = _calibration(), _read_json(paths.calibration)
    same = theirs.keys() == ours.keys() and _agree(theirs["intrinsics"], ours["intrinsics"])
    if same:
        poses = theirs["world_2_cam"]
        same = isinstance(poses, dict) and poses.keys() == ours["world_2_cam"].keys()
        same = same and all(_agree(poses[s], ours["world_2_cam"][s]) for s in SERIALS)
    if not same:
        raise CaptureError(
            f"{paths.calibration} holds a rig other than the synthetic one: choose another "
            "participant or another data folder."
        )


def _agree(theirs: Any, ours: Any) -> bool:
    try:
        values = np.asarray(theirs, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return False
    return values.shape == np.shape(ours) and bool(np.allclose(values, ours, rtol=0.0, atol=1e-9))


def _begin(paths: _Paths, config: SyntheticConfig) -> None:
    """Removes leftovers of an interrupted run and writes everything except pictures."""
    _write_json(paths.unfinished, {"version": _VERSION, "options": _options(config)})
    for leftover in (paths.frames, paths.annotations):
        if leftover.exists():
            shutil.rmtree(leftover)
    if not paths.calibration.exists():
        _write_json(paths.calibration, _calibration())
    for camera_id, serial in enumerate(SERIALS):
        cast = color_cast(config.seed, camera_id, config.color_casts)
        data = BytesIO()
        np.save(data, cast.correction())
        _write(paths.correction(serial), data.getvalue())


def _finish(paths: _Paths, config: SyntheticConfig) -> None:
    poses = [dataclasses.asdict(pose_at(t, config.seed)) for t in range(config.n_timesteps)]
    _write_json(
        paths.meta,
        {
            "version": _VERSION,
            "options": _options(config),
            "timesteps_per_second": TIMESTEPS_PER_SECOND,
            "poses": poses,
        },
    )
    paths.unfinished.unlink()


def _run(tasks: list[_Task], workers: int, after_picture: Callable[[int], None]) -> None:
    """Renders every task, in one or more processes; reports the number done."""
    if workers == -1:
        workers = os.cpu_count() or 1
    # Starting a process costs as much as rendering a few small pictures.
    workers = min(workers, -(-len(tasks) // _PICTURES_PER_WORKER))
    if workers == 1:
        for done, task in enumerate(tasks, 1):
            _write_picture(task)
            after_picture(done)
        return
    # Not forked: the caller may have started threads or a GPU context.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            with _no_main_module():
                futures = [pool.submit(_write_picture, task) for task in tasks]
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                after_picture(done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Hides the program's main module, which a spawned process would import needlessly.

    It may load torch, and is often a script without a guard that would run again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _write_picture(task: _Task) -> None:
    """Renders and writes colour, alpha and (training cameras) depth of one picture."""
    config, serial = task.config, SERIALS[task.camera_id]
    head = Head(identity_of(config.participant), pose_at(task.timestep, config.seed))
    picture = render(head, view(task.camera_id, config.width, config.height))
    kinds = [
        ("images-2x-73fps", _recorded(picture, task)),
        ("alpha_map-73fps", to_uint8(picture.alpha)),
    ]
    if config.depth and task.camera_id in TRAIN_CAMERA_IDS:
        kinds.append(("colmap-73fps/depth_maps_compressed", encode_depth(picture.depth)))
    for kind, pixels in kinds:
        data = iio.imwrite("<bytes>", pixels, extension=".png")
        _write(task.paths.picture(task.timestep, kind, serial), data)


def _recorded(picture: RenderedView, task: _Task) -> np.ndarray:
    """The 8-bit colours that the camera stores: the head in front of the wall, with its cast."""
    config = task.config
    backdrop = wall(config.seed, task.camera_id, config.width, config.height)
    alpha = picture.alpha[..., None]
    true_rgb = picture.rgb * alpha + backdrop * (1.0 - alpha)
    recorded = color_cast(config.seed, task.camera_id, config.color_casts).apply(true_rgb)
    return to_uint8(recorded)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return read_json_object(path)
    except (OSError, ValueError) as error:
        raise CaptureError(
            f"{path} cannot be read ({reason_of(error)}): remove or restore it."
        ) from error


def _write_json(path: Path, content: dict[str, Any]) -> None:
    _write(path, (json.dumps(content, indent=1) + "\n").encode())


def _write(path: Path, data: bytes) -> None:
    """Writes a file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path, sync=False) as temporary:
        write_bytes(temporary, data)
