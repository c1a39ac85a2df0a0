"""Wall time of jobs that render many pictures of a trained run, as JSON.

    python benchmarks/rendering_jobs.py --run FOLDER --data ROOT --out FILE

- evaluation: 60 pictures of twice the run's width and height (of one at sensor / 4: 1100x1604)
  are rendered, scored without LPIPS and JOD, and written. Photographs of that size come from
  ``--data_twice``, a folder with the same capture at sensor / 2; without it the run's are enlarged.
- orbit: a video of 4 s, with those of depth and deformation, by ``nersemble render``; without PyAV
  bytes are counted instead of encoded.
- viewer: what a browser receives of a page of 1080 rows (viewer.py); left out without its packages.

Each is done twice in this process: the second time kernels are compiled.
"""

import argparse
import dataclasses
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from common import commit, provenance, publish
from nersemble.commands import render as render_command
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset, Truth
from nersemble.env import Roots
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.metrics import METRICS
from nersemble.geometry.camera import Camera
from nersemble.jobs.evaluating import measure, plan_evaluation
from nersemble.jobs.loading import open_run

_PICTURES = 60
_VIEWER_PACKAGES = "viser", "msgspec", "zstandard", "websockets"
_VIEWER_SECONDS = 5.0


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


def seconds_of(action: Callable[[], object]) -> dict[str, float]:
    """The first time, and the second."""
    times = []
    for _ in range(2):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return {"first_s": times[0], "seconds": times[1]}


def evaluation(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds of an evaluation, from the opened run to the scores of all pictures."""
    data = arguments.data_twice or arguments.data
    loaded = open_run(str(arguments.run), -1, Roots(data, arguments.run.parent), ComputeOptions())
    if arguments.data_twice is None:
        opened = loaded.dataset
        enlarged = Enlarged(opened.capture, opened.splits, opened.max_cached_images)
        loaded = dataclasses.replace(loaded, dataset=enlarged)
    cameras = loaded.dataset.eval_cameras
    config = EvaluationConfig(max_eval_timesteps=max(1, _PICTURES // len(cameras)))
    for name in ("lpips", "jod"):
        METRICS.pop(name, None)
    planned = plan_evaluation(loaded, config, "run", ())
    with tempfile.TemporaryDirectory() as folder:
        planned = dataclasses.replace(planned, folder=Path(folder))
        times = seconds_of(lambda: measure(planned, keep_truths=False))
    return times | {
        "pictures": len(cameras) * len(planned.timesteps),
        "size": f"{cameras[0].width}x{cameras[0].height}",
        "photographs": "enlarged" if arguments.data_twice is None else "of that size",
    }


def orbit(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds of a video, from the command to the last file; the run is opened in that time."""
    encoded = importlib.util.find_spec("av") is not None
    if not encoded:
        setattr(render_command, "open_video", counting)  # noqa: B010
    with tempfile.TemporaryDirectory() as folder:
        roots = ["--models_path", arguments.run.parent, "--data_path", arguments.data]
        options = ["--renders_path", folder, "--render_depth", "--render_deformations"]
        line = [str(arguments.run), *map(str, roots), *options]
        times = seconds_of(lambda: render_command.render(render_command.parse_render(line)))
    return times | {"encoded": encoded}


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
    return received(subject, _VIEWER_SECONDS)


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
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    for job in (viewer, orbit, evaluation):
        figures[job.__name__] = job(arguments)
        print(job.__name__, json.dumps(figures[job.__name__]), flush=True)
    figures |= {"commit": arguments.commit} | provenance()
    publish(figures, arguments.out)


if __name__ == "__main__":
    main()
