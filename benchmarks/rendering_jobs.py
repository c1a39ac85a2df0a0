"""Wall time of jobs that render many pictures of a trained run, as JSON.

    python benchmarks/rendering_jobs.py --run FOLDER --data ROOT --out FILE
    python benchmarks/rendering_jobs.py --run FOLDER --data ROOT --jobs orbit --divisor 32

- evaluation: 60 pictures of twice the run's width and height (of one at sensor / 4: 1100x1604)
  are rendered, scored without LPIPS and JOD, and written. Photographs of that size come from
  ``--data_twice``, a folder with the same capture at sensor / 2; without it the run's are enlarged.
- orbit: a video of 4 s, with those of depth and deformation, by ``nersemble render``; without PyAV
  bytes are counted instead of encoded.
- long_video: ``--long_seconds`` of ``render --fps 60 --downscale_factor 1``, the same way.
- viewer: what a browser receives of a page of 1080 rows (viewer.py); left out without its packages.

Evaluation and orbit are done twice in this process: the second time kernels are compiled. Figures
are written after each job.
"""

import argparse
import dataclasses
import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from common import commit, provenance, publish
from nersemble.commands.render import parse_render, render
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset, Truth
from nersemble.env import Roots
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.metrics import METRICS
from nersemble.geometry.camera import Camera
from nersemble.jobs import videos
from nersemble.jobs.evaluating import measure, plan_evaluation
from nersemble.jobs.loading import open_run

_ORBIT_FPS, _LONG_FPS = 24, 60
_ENCODES = importlib.util.find_spec("av") is not None
_VIEWER_PACKAGES = "viser", "msgspec", "zstandard", "websockets"


@dataclasses.dataclass(frozen=True)
class Enlarged(Dataset):
    """A capture whose held-out cameras have pictures of twice the size."""

    @property
    def eval_cameras(self) -> list[Camera]:
        return [
            camera.resized(2 * camera.width, 2 * camera.height) for camera in super().eval_cameras
        ]

    def truth(self, serial: str, timestep: int) -> Truth:
        """The picture with every pixel repeated four times."""
        truth = super().truth(serial, timestep)
        rgb, alpha = (a.repeat(2, 0).repeat(2, 1) for a in (truth.rgb, truth.alpha))
        return Truth(rgb, alpha)


class ByteCounter:
    """Replaces the encoder of a video."""

    n_bytes = 0

    def append(self, picture: UInt8[np.ndarray, "h w c"]) -> None:
        """Counts a picture."""
        self.n_bytes += picture.nbytes


@contextmanager
def counting(*_: object) -> Iterator[ByteCounter]:
    """Open the replacement of a video."""
    yield ByteCounter()


def seconds_of(action: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def twice(action: Callable[[], object]) -> dict[str, float]:
    """The first time, and the second."""
    return {"first_s": seconds_of(action), "seconds": seconds_of(action)}


def evaluation(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds of an evaluation, from the opened run to the scores of all pictures."""
    data = arguments.data_twice or arguments.data
    loaded = open_run(str(arguments.run), -1, Roots(data, arguments.run.parent), ComputeOptions())
    if arguments.data_twice is None:
        opened = loaded.dataset
        enlarged = Enlarged(opened.capture, opened.splits, opened.max_cached_images)
        loaded = dataclasses.replace(loaded, dataset=enlarged)
    cameras = loaded.dataset.eval_cameras
    config = EvaluationConfig(max_eval_timesteps=max(1, arguments.pictures // len(cameras)))
    for name in ("lpips", "jod"):
        METRICS.pop(name, None)
    planned = plan_evaluation(loaded, config, "run", ())
    with tempfile.TemporaryDirectory() as folder:
        planned = dataclasses.replace(planned, folder=Path(folder))
        times = twice(lambda: measure(planned, keep_truths=False))
    return times | {
        "pictures": len(cameras) * len(planned.timesteps),
        "size": f"{cameras[0].width}x{cameras[0].height}",
        "photographs": "enlarged" if arguments.data_twice is None else "of that size",
    }


@contextmanager
def rendering(arguments: argparse.Namespace, *options: object) -> Iterator[Callable[[], object]]:
    """``nersemble render`` with the options, into a folder that lasts as long as the block."""
    with tempfile.TemporaryDirectory() as folder:
        roots = ["--models_path", arguments.run.parent, "--data_path", arguments.data]
        line = list(map(str, [arguments.run, *roots, "--renders_path", folder, *options]))
        yield lambda: render(parse_render(line))


def orbit(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds of a video, from the command to the last file; the run is opened in that time."""
    channels = "--render_depth", "--render_deformations"
    length = "--seconds", arguments.orbit_seconds, "--fps", _ORBIT_FPS
    size = "--downscale_factor", 4 * arguments.divisor
    with rendering(arguments, *channels, *length, *size) as action:
        times = twice(action)
    return times | {"pictures": round(arguments.orbit_seconds * _ORBIT_FPS), "encoded": _ENCODES}


def long_video(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds of a video of the sensor's size, as in ``orbit``."""
    length = "--seconds", arguments.long_seconds, "--fps", _LONG_FPS
    with rendering(arguments, *length, "--downscale_factor", arguments.divisor) as action:
        seconds = seconds_of(action)
    n_pictures = round(arguments.long_seconds * _LONG_FPS)
    return {"seconds": seconds, "pictures": n_pictures, "encoded": _ENCODES}


def viewer(arguments: argparse.Namespace) -> dict[str, Any]:
    """Pictures per second that a page receives; a sentence if that cannot be measured."""
    missing = [name for name in _VIEWER_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        return {"left_out": f"{', '.join(missing)}: not installed"}
    from nersemble.viewer.pictures import Subject
    from viewer import received

    roots = Roots(arguments.data, arguments.run.parent)
    loaded = open_run(str(arguments.run), -1, roots, ComputeOptions())
    subject = Subject(
        "run", loaded.renderer, lambda: loaded.windows, loaded.dataset, Path("unused"), list
    )
    return received(subject, arguments.viewer_seconds, arguments.viewer_rows)


JOBS = {job.__name__: job for job in (viewer, orbit, evaluation, long_video)}


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, required=True, help="folder of a trained run")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--data_twice", type=Path)
    parser.add_argument("--commit", default=commit(), help="of the code, where it is no checkout")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", nargs="+", choices=list(JOBS), default=list(JOBS))
    parser.add_argument("--pictures", type=int, default=60, help="of the evaluation")
    parser.add_argument("--orbit_seconds", type=float, default=4.0)
    parser.add_argument("--long_seconds", type=float, default=10.0)
    parser.add_argument("--viewer_seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--viewer_rows", type=int, default=1080)
    parser.add_argument("--divisor", type=int, default=1, help="of the videos' sides, for a trial")
    arguments = parser.parse_args()
    if not _ENCODES:
        setattr(videos, "open_video", counting)  # noqa: B010
    figures: dict[str, Any] = {"commit": arguments.commit} | provenance()
    for name in arguments.jobs:
        figures[name] = JOBS[name](arguments)
        publish(figures, arguments.out)


if __name__ == "__main__":
    main()
