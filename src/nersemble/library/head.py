"""Trained heads in your own code: load a run, render it, query its density and colour.

Positions are in the capture's world: metres, y up, the face looks along +z.
"""

import io
import os
import re
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import numpy as np
import torch
from jaxtyping import Float32, UInt8
from numpy.typing import DTypeLike
from PIL import Image
from torch import Tensor

from nersemble.compute_options import Backend, ComputeOptions, Device
from nersemble.data_manager.capture import Capture
from nersemble.engines import choose_device
from nersemble.env import resolve_root, root_if_known
from nersemble.errors import CheckpointError, ConfigError, RunError
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.results import EvaluationResult
from nersemble.geometry.camera import Camera, unit
from nersemble.geometry.world import (
    SCALE_FACTOR,
    torch_directions_to_model,
    torch_points_to_model,
)
from nersemble.jobs.evaluating import measure, plan_evaluation
from nersemble.jobs.loading import LoadedRun, load_run
from nersemble.marching.config import GridFilterConfig
from nersemble.ops.colors import on_host, to_uint8
from nersemble.presets import resolve_protocol
from nersemble.runs.folders import Run, find_run
from nersemble.video.config import RenderConfig

RunName = str | Path | int
"""A run: its folder, one of its checkpoints, ``NERS-1``, or 1."""

Points = TypeVar("Points", np.ndarray, Tensor)

# A camera in front of the face looks along -z.
_FROM_THE_FRONT = (0.0, 0.0, -1.0)
_CHECKPOINT = re.compile(r"step-(\d{9,})\.(safetensors|json|ckpt)")


@dataclass(frozen=True)
class Picture:
    """A rendered picture. Notebooks display it, and numpy converts it to its ``rgb`` array.
    rgb: colours over white, 0..1; depth_metres: mean distance along the ray, 0 in empty pixels;
    accumulation: opacity, 0..1.
    """

    rgb: Float32[np.ndarray, "h w 3"]
    depth_metres: Float32[np.ndarray, "h w"]
    accumulation: Float32[np.ndarray, "h w"]

    @property
    def pixels(self) -> UInt8[np.ndarray, "h w 3"]:
        """The colours as 8-bit integers."""
        return to_uint8(self.rgb)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.rgb, dtype, copy=copy)

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        Image.fromarray(self.pixels).save(file, "PNG")
        return file.getvalue()


class Head:
    """A trained head, returned by :func:`load` and :attr:`Trainer.head`.

    Threads may share it: their calls wait for each other. A loaded head can be copied and
    pickled; a pickle refers to the checkpoint's file and does not contain the parameters.
    """

    def __init__(
        self,
        loaded: LoadedRun,
        lock: threading.RLock,
        *,
        is_filtered: bool = False,
        load_again: "Callable[[], Head] | None" = None,
    ) -> None:
        """For :func:`load` and :class:`Trainer`."""
        self._loaded, self._lock = loaded, lock
        self._is_filtered, self._load_again = is_filtered, load_again

    def __repr__(self) -> str:
        capture = self.capture
        return (
            f"<Head {self._loaded.run.label} after {self.step} steps: {capture.sequence} of "
            f"participant {capture.participant}, {len(capture.available)} cameras, "
            f"{len(self.timesteps)} timesteps, on {self._loaded.model.device}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if self._load_again is None:
            raise ConfigError(
                "A head that is being trained cannot be copied or pickled: save it with "
                "Trainer.save, then load the checkpoint."
            )
        return self._load_again, ()

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self._loaded.run.folder

    @property
    def step(self) -> int:
        """Number of training steps."""
        return self._loaded.step

    @property
    def capture(self) -> Capture:
        """The capture that the head was trained on."""
        return self._loaded.dataset.capture

    @property
    def cameras(self) -> dict[str, Camera]:
        """The capture's cameras by serial, sized as its pictures."""
        return {each.serial: each.camera for each in self.capture.cameras}

    @property
    def held_out(self) -> tuple[str, ...]:
        """The serials of the held-out cameras."""
        return self._loaded.dataset.splits.eval_serials

    @property
    def timesteps(self) -> range:
        """The timesteps, counted from 0."""
        return range(self._loaded.dataset.splits.n_timesteps)

    @property
    def frame_numbers(self) -> tuple[int, ...]:
        """The capture's frame number of each timestep."""
        return self._loaded.dataset.splits.frame_numbers

    def render(self, camera: Camera | str | int, timestep: float = 0) -> Picture:
        """Render a picture.

        Args:
            camera: any camera, or the serial or id of a camera of the capture.
            timestep: 0 to the last; fractions are interpolated.

        Raises:
            ConfigError: the camera or timestep does not exist.
        """
        camera, loaded = self._camera(camera), self._loaded
        self._check(timestep)
        with self._lock:
            image = loaded.renderer.image(camera, timestep, loaded.windows, RenderConfig.n_rays)
            depth_metres = image.depth_world / SCALE_FACTOR
            return Picture(*map(on_host, (image.rgb, depth_metres, image.accumulation)))

    def field(
        self, points: Points, timestep: float = 0, directions: Points | None = None
    ) -> tuple[Points, Points]:
        """Query the field for density and colour. Takes numpy arrays or torch tensors on any
        device, and returns the same kind, in 32 bits.

        Density is 0 where rendering takes no samples: outside the scene box and in empty cells of
        the occupancy grid.

        Args:
            points: [..., 3], the capture's world (metres, y up, the face looks along +z).
            timestep: as in :meth:`render`.
            directions: [..., 3], one viewing direction or one per point, in the capture's world, of
                any length (default: from the front of the face).

        Returns:
            Densities [...] per metre, and colours [..., 3] in 0..1.

        Raises:
            ConfigError: the timestep does not exist, a shape is wrong, or a number is not finite.
        """
        self._check(timestep)
        given = _vectors("points", points)
        looking = _vectors("directions", _FROM_THE_FRONT if directions is None else directions)
        if (looking == 0).all(-1).any():
            raise ConfigError("A direction has length 0: leave it out, or give another.")
        try:
            looking = looking.expand_as(given)
        except RuntimeError as error:
            raise ConfigError(
                f"The directions {list(looking.shape)} do not fit the points {list(given.shape)}: "
                "give one, or one for each point."
            ) from error
        device = self._loaded.model.device
        positions = torch_points_to_model(given.reshape(-1, 3).to(device))
        along = unit(torch_directions_to_model(looking.reshape(-1, 3).to(device)))
        with self._lock:
            found = self._loaded.renderer.query(positions, along, timestep, self._loaded.windows)
            densities = (found[0] * SCALE_FACTOR).view(given.shape[:-1])
            colors = found[1].view(given.shape)
            if isinstance(points, Tensor):
                return densities.to(points.device), colors.to(points.device)
            return densities.cpu().numpy(), colors.cpu().numpy()

    def evaluate(self, *, max_timesteps: int = 15, cameras: Sequence[str] = ()) -> EvaluationResult:
        """Compare the head with the capture's pictures, as ``nersemble evaluate`` does. The
        rendered pictures are written to the run's folder.

        Args:
            max_timesteps: number of evenly spaced timesteps; -1: all.
            cameras: serials (default: the held-out cameras).

        Returns:
            The scores: ``result.mean.regular["psnr"]``, for example.

        Raises:
            ConfigError: no camera is held out and none is named, or a camera does not exist.
            RunError: a picture cannot be written.
        """
        grid_filter = GridFilterConfig(use_occupancy_grid_filtering=self._is_filtered)
        config = EvaluationConfig(max_eval_timesteps=max_timesteps, grid_filter=grid_filter)
        with self._lock:
            evaluation = plan_evaluation(self._loaded, config, "run", tuple(cameras))
            result = measure(evaluation, keep_truths=False)
            result.write(evaluation.folder)
        return result

    def _camera(self, camera: Camera | str | int) -> Camera:
        if isinstance(camera, Camera):
            return camera
        for each in self.capture.cameras:
            if camera in (each.serial, each.camera_id):
                return each.camera
        raise ConfigError(
            f"Camera {camera!r} does not exist: choose {', '.join(self.cameras)}, or give a Camera."
        )

    def _check(self, timestep: float) -> None:
        if not 0 <= timestep <= self.timesteps[-1]:
            raise ConfigError(
                f"Timestep {timestep} does not exist: they run from 0 to {self.timesteps[-1]}."
            )


def _vectors(name: str, values: Any) -> Tensor:
    """Vectors [..., 3] of finite numbers, 32 bits."""
    try:
        vectors = torch.as_tensor(values).detach().float()
    except (TypeError, ValueError, RuntimeError) as error:
        raise ConfigError(f"The {name} must be arrays of numbers: {error}.") from error
    if vectors.shape[-1:] != (3,) or not torch.isfinite(vectors).all():
        raise ConfigError(
            f"The {name} must be finite numbers of the shape [..., 3], not {list(vectors.shape)}."
        )
    return vectors


# Loading a checkpoint again returns the existing head.
_heads: "WeakValueDictionary[Hashable, Head]" = WeakValueDictionary()
_loading = threading.Lock()


def load(
    run: RunName,
    *,
    checkpoint: int = -1,
    capture: Capture | None = None,
    data_path: Path | str | None = None,
    models_path: Path | str | None = None,
    device: Device = "auto",
    backend: Backend = "auto",
    grid_filter: bool = True,
) -> Head:
    """Load a run, ours or one of the original. Loading it again returns the same head as long as it
    is in use; ``del`` frees its memory.

    Args:
        run: its folder, one of its checkpoints, or its name, as ``NERS-1`` or 1.
        checkpoint: step of the checkpoint, unless ``run`` is one; -1: the newest.
        capture: that the run was trained on (default: searched in ``data_path``).
        data_path: folder of the captures (default: NERSEMBLE_DATA_PATH).
        models_path: folder of the runs, for a name (default: NERSEMBLE_MODELS_PATH).
        device: auto (the GPU, if available), cpu or cuda.
        backend: auto uses the fused kernels on a GPU, plain torch elsewhere.
        grid_filter: leave out floaters, which are not connected to the head.

    Raises:
        NersembleError: run, checkpoint or capture is missing or damaged, or the device or backend
            is not available.
    """
    compute = ComputeOptions(device, backend)
    found, step = find(run, models_path)
    step = checkpoint if step is None else step
    if step == -1 and (known := found.checkpoint_steps()):
        step = known[-1]
    folder = None if capture is not None else resolve_root("data", data_path).absolute()
    again = partial(
        load, found.folder, checkpoint=step, capture=capture, data_path=folder, device=device,
        backend=backend, grid_filter=grid_filter,
    )  # fmt: skip
    with _loading:
        key = (
            _state_of(found), step, folder or id(capture), choose_device(device), backend,
            grid_filter,
        )  # fmt: skip
        head = _heads.get(key)
        if head is None:
            captures = capture or folder
            assert captures is not None
            as_run = partial(resolve_protocol, "run")
            loaded = load_run(found, step, captures, compute, as_run, GridFilterConfig(grid_filter))
            head = Head(loaded, threading.RLock(), is_filtered=grid_filter, load_again=again)
            _heads[key] = head
        return head


def find(run: RunName, models_path: Path | str | None) -> tuple[Run, int | None]:
    """The run of a name, folder or checkpoint, and the checkpoint's step.

    Raises:
        NersembleError: it does not exist.
    """
    name = f"NERS-{run}" if isinstance(run, int) or str(run).isdecimal() else str(run)
    path = Path(os.path.expanduser(name))
    if path.is_file():
        match = _CHECKPOINT.fullmatch(path.name)
        if match is None:
            raise CheckpointError(
                f"{path} is not a checkpoint: give a file step-XXXXXXXXX.safetensors."
            )
        folder = path.absolute().parent.parent
        return find_run(folder.parent, str(folder)), int(match[1])
    models = root_if_known("models", models_path)
    if models is None and path.is_dir():
        models = path.parent
    if models is None and os.sep in name:
        raise RunError(f"{path} is neither a run nor a checkpoint.")
    found = find_run(models or resolve_root("models"), str(path))
    return Run(found.folder.absolute()), None


def _state_of(run: Run) -> Hashable:
    """A key that changes with the run's checkpoints."""
    folder = run.checkpoints_folder
    return run.folder, folder.stat().st_mtime_ns if folder.is_dir() else 0
