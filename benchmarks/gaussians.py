"""A trained head as 3D Gaussians: quality beside the field's own, time and size a timestep.

    python benchmarks/gaussians.py --data ROOT --run MODELS/nersemble/NERS-1 --out gaussians.json
    python benchmarks/gaussians.py --data ROOT --train shake_45 --out gaussians.json

ROOT holds the capture; ``--train`` trains one of the cases of ``quality.py`` on SHAKE first. Every
combination of ``--n_gaussians``, ``--sh_degree``, ``--first_steps``, ``--steps`` and
``--field_views`` is baked; the first one's figures stand at the top of the file. What is scored was
read back from SPZ files: the held-out cameras at timesteps 0, 11, 23, over white. The clock covers
the field's pictures, the fit and the files, but not opening the run; it is a mean over all
timesteps, and the first, with seeds, many steps and compilation, stands beside it.
``mb_per_timestep`` is the last one's size.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from common import Score, commit, mean_score, provenance, score
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.dataset import Dataset
from nersemble.engines import choose_device, compositor
from nersemble.env import Roots
from nersemble.fields.windows import WindowState
from nersemble.gaussians.config import GaussianConfig
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.projection import Views
from nersemble.gaussians.rasteriser import render
from nersemble.interop.gaussian_files import read_gaussians
from nersemble.jobs.baking import Moment, export_gaussians
from nersemble.jobs.loading import open_run
from nersemble.jobs.options import ExportConfig
from nersemble.ops.colors import on_host, to_uint8
from nersemble.rendering.image import Renderer

TIMESTEPS = (0, 11, 23)
_N_RAYS = 8192


@dataclass(frozen=True)
class Head:
    """A trained head and its capture."""

    dataset: Dataset
    renderer: Renderer
    windows: WindowState

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return self.renderer.model.device

    def moments(self, timesteps: Sequence[int]) -> Iterator[tuple[int, Moment]]:
        """Of these timesteps."""
        for t in timesteps:
            yield t, Moment(self.dataset, self.renderer, self.windows, t)

    def scores(self, timestep: int, picture: Callable[[int], np.ndarray]) -> list[Score]:
        """Of every held-out camera's picture, which ``picture`` makes of the camera's index."""
        serials = self.dataset.splits.eval_serials
        truths = [self.dataset.truth(serial, timestep) for serial in serials]
        return [score(picture(index), truth) for index, truth in enumerate(truths)]


def opened(arguments: argparse.Namespace) -> Head:
    """The run that was named, or one that is trained here."""
    if arguments.run is None:
        import quality

        (case,) = (case for case in quality.CASES if case.name == arguments.train)
        dataset = case.dataset(arguments.data, None)
        figures, trainer = quality.run(dataset, case.n_steps)
        print(json.dumps(figures), flush=True)
        return Head(dataset, trainer.renderer, trainer.windows)
    roots = Roots(data_path=arguments.data, models_path=arguments.run.parent.parent)
    loaded = open_run(str(arguments.run), -1, roots, ComputeOptions(arguments.device))
    return Head(loaded.dataset, loaded.renderer, loaded.windows)


def measure(
    head: Head, config: GaussianConfig, n_timesteps: int, pictures: Path | None
) -> dict[str, Any]:
    """Bakes the first timesteps; the figures."""
    config, seconds = config.on(head.device.type), []
    scores: list[Score] = []
    views = Views.of(head.dataset.eval_cameras, head.device)
    composite = compositor(head.device)
    with tempfile.TemporaryDirectory() as folder:
        timesteps = range(n_timesteps)
        paths = export_gaussians(Path(folder), head.moments(timesteps), _export(config), {})
        for timestep in timesteps:
            began = time.perf_counter()
            (path,) = next(paths)
            _wait(head.device)
            seconds.append(time.perf_counter() - began)
            if timestep not in TIMESTEPS:
                continue
            gaussians = _moved(read_gaussians(path), head.device)
            rgba = on_host(render(gaussians, views, composite)[0])
            shown = (rgba[..., :3] + 1 - rgba[..., 3:]).clip(0, 1)
            scores += head.scores(timestep, shown.__getitem__)
            if pictures is not None:
                _save(pictures, timestep, head, shown)
        n_bytes = path.stat().st_size
    n = len(gaussians)
    return {
        **mean_score(scores),
        "n_gaussians": n,
        "mb_per_timestep": n_bytes / 1e6,
        "seconds_per_timestep": statistics.fmean(seconds),
        "seconds_first": seconds[0],
        "seconds_later": statistics.median(seconds[1:] or seconds),
        "n_timesteps": n_timesteps,
        "picture_ms": _picture_ms(gaussians, views, composite),
        **{name: value for name, value in vars(config).items() if name != "n_gaussians"},
    }


def _moved(gaussians: Gaussians, device: torch.device) -> Gaussians:
    return Gaussians(*(tensor.to(device) for tensor in vars(gaussians).values()))


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


@torch.no_grad()
def _picture_ms(gaussians: Gaussians, views: Views, composite: Any) -> float:
    """Of one picture, the median of a few."""
    one, times = views[torch.zeros(1, dtype=torch.int64, device=gaussians.means.device)], []
    for _ in range(10):
        began = time.perf_counter()
        render(gaussians, one, composite)
        _wait(gaussians.means.device)
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def _save(folder: Path, timestep: int, head: Head, shown: np.ndarray) -> None:
    """Truth, field and Gaussians of each held-out camera, side by side."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for index, (camera, serial) in enumerate(
        zip(head.dataset.eval_cameras, head.dataset.splits.eval_serials, strict=True)
    ):
        field = head.renderer.image(camera, timestep, head.windows, _N_RAYS)
        truth = head.dataset.truth(serial, timestep).rgb
        row = np.concatenate([truth, on_host(field.rgb), shown[index]], 1)
        Image.fromarray(to_uint8(row)).save(folder / f"cam_{index}_{timestep:05d}.png")


def field_score(head: Head, n_timesteps: int) -> Score:
    """The field's own, on the same pictures."""
    found = []
    for timestep in (t for t in TIMESTEPS if t < n_timesteps):

        def picture(index: int, timestep: int = timestep) -> np.ndarray:
            camera = head.dataset.eval_cameras[index]
            return on_host(head.renderer.image(camera, timestep, head.windows, _N_RAYS).rgb)

        found += head.scores(timestep, picture)
    return mean_score(found)


def compare_with_gsplat(head: Head) -> dict[str, float]:
    """Milliseconds of four pictures, forward and backward, of ours and of the package gsplat, for
    Gaussians baked from the first timestep; and how far the pictures differ."""
    from gsplat import rasterization

    from nersemble.jobs.baking import bake

    ((_, _, baked),) = bake(head.moments([0]), GaussianConfig(first_steps=50), _N_RAYS)
    views = Views.of(head.dataset.eval_cameras, head.device)
    poses = torch.eye(4, device=head.device).repeat(len(views), 1, 1)
    poses[:, :3, :3], poses[:, :3, 3] = views.rotations, views.translations
    intrinsics = torch.eye(3, device=head.device).repeat(len(views), 1, 1)
    intrinsics[:, :2] = views.intrinsics

    def theirs(g: Gaussians) -> torch.Tensor:
        rgb, alpha, _ = rasterization(
            g.means, g.quaternions, g.log_scales.exp(), g.opacity_logits.sigmoid(), g.sh, poses,
            intrinsics, views.width, views.height, sh_degree=0, packed=False,
        )  # fmt: skip
        return torch.cat([rgb, alpha], -1)

    composite, found, pictures = compositor(head.device), {}, []
    ways = {"ours": lambda g: render(g, views, composite)[0], "gsplat": theirs}
    for name, way in ways.items():
        times = []
        for _ in range(20):
            began = time.perf_counter()
            leaves = Gaussians(*(t.clone().requires_grad_() for t in vars(baked).values()))
            picture = way(leaves)
            picture.square().sum().backward()
            _wait(head.device)
            times.append(1e3 * (time.perf_counter() - began))
        found[f"{name}_ms"] = statistics.median(times)
        pictures.append(picture.detach())
    return {**found, "largest_difference": float((pictures[0] - pictures[1]).abs().max())}


def _export(config: GaussianConfig) -> ExportConfig:
    return ExportConfig(
        format="gaussians", gaussian_files=("spz",), gaussians=config, n_rays=_N_RAYS
    )


def profile(head: Head, config: GaussianConfig) -> str:
    """Where the time of a later timestep goes, kernel by kernel."""
    baked = export_gaussians(Path(tempfile.mkdtemp()), head.moments([0, 1]), _export(config), {})
    next(baked)
    with torch.profiler.profile() as found:
        next(baked)
        _wait(head.device)
    order = f"self_{head.device.type}_time_total"
    return found.key_averages().table(sort_by=order, row_limit=40, max_name_column_width=60)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, help="a run's folder")
    parser.add_argument("--train", default="shake_45", help="a case of quality.py, without --run")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    for name in ("n_gaussians", "first_steps", "steps", "field_views"):
        parser.add_argument(f"--{name}", type=int, nargs="+", default=[-1])
    parser.add_argument("--sh_degree", type=int, nargs="+", default=[0])
    parser.add_argument("--views_per_step", type=int, nargs="+", default=[4])
    parser.add_argument("--fixed_looks", action="store_true")
    parser.add_argument("--timesteps", type=int, default=-1, help="how many (-1: all)")
    parser.add_argument("--pictures", type=Path, help="folder for truth, field and Gaussians")
    parser.add_argument("--gsplat", action="store_true", help="time that package, too")
    parser.add_argument("--profile", action="store_true", help="of one later timestep, no figures")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--commit", default=commit(), help="of the code, where it is no checkout")
    arguments = parser.parse_args()
    choose_device(arguments.device)
    head = opened(arguments)
    names = ("n_gaussians", "sh_degree", "first_steps", "steps", "field_views", "views_per_step")
    configs = [
        GaussianConfig(**dict(zip(names, values, strict=True)), fixed_looks=arguments.fixed_looks)
        for values in itertools.product(*(getattr(arguments, name) for name in names))
    ]
    if arguments.profile:
        print(profile(head, configs[0]))
        return
    there = head.dataset.splits.n_timesteps
    n_timesteps = there if arguments.timesteps == -1 else min(arguments.timesteps, there)
    field = {f"field_{name}": value for name, value in field_score(head, n_timesteps).items()}
    print(json.dumps(field), flush=True)
    extra = {"gsplat": compare_with_gsplat(head)} if arguments.gsplat else {}
    print(json.dumps(extra), flush=True)
    runs: list[dict[str, Any]] = []
    for config in configs:
        runs.append(measure(head, config, n_timesteps, arguments.pictures))
        print(json.dumps(runs[-1]), flush=True)
        if arguments.out is not None:
            origin = provenance() | {"commit": arguments.commit}
            content = {**runs[0], **field, **extra, **origin, "runs": runs}
            arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
