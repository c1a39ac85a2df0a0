"""``nersemble render``: videos of a run."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import tyro

from nersemble.commands.arguments import Device, Roots, RunName, choose_device, parse
from nersemble.commands.backends import Backend, Marcher, choose_kernels, use_packages
from nersemble.commands.protocols import under_protocol
from nersemble.commands.runs_on_disk import (
    LoadedRun,
    filter_grid_if_asked,
    load_run,
)
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.distributed import world
from nersemble.evaluation.protocol import RELEASE
from nersemble.progress import progress
from nersemble.rendering.channels import deformation_to_rgb, depth_to_rgb, to_uint8
from nersemble.rendering.image import RenderedImage, render_image
from nersemble.video.trajectories import RenderConfig, circle, timesteps_for
from nersemble.video.writer import Mp4Writer, video_name

_DESCRIPTION = """Render a run as mp4: the camera circles the face while time runs.

Example: nersemble render NERS-1 --render_depth --downscale_factor 8
"""


@dataclass(frozen=True)
class RenderArguments:
    """The command line of rendering."""

    run: RunName
    config: RenderConfig = field(default_factory=RenderConfig)
    preset: Literal["run", "default", "paper", "tiny"] = "run"
    """paper: windows fully open, no early termination and raw deformation colours, as the release;
    run: as the run was trained."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
    roots: Roots = field(default_factory=Roots)


def parse_render(argv: Sequence[str]) -> RenderArguments:
    """Parses the command line."""
    default = RenderArguments(tyro.MISSING)
    return parse(RenderArguments, argv, "render_nersemble.py", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: renders and prints the videos' paths."""
    for path in render(parse_render(argv)):
        print(path)


def render(arguments: RenderArguments) -> list[Path]:
    """Renders the channels asked for; returns the videos' paths."""
    config = arguments.config
    device = choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    renders = arguments.roots.get("renders")
    loaded = load_run(arguments.run, config.checkpoint, models=models, data=data, device=device)
    preset = loaded.description.preset if arguments.preset == "run" else arguments.preset
    if preset == "paper":
        loaded = under_protocol(loaded, RELEASE, data)
    filter_grid_if_asked(loaded, config)
    described = loaded.description
    model_config, participant = described.config.model, described.participant
    backend, marcher = arguments.backend, arguments.marcher
    if choose_kernels(backend, device, model_config, participant, marcher):
        loaded.model.fuse()
    use_packages(loaded.model, backend, marcher)
    channels = ["rgb"]
    channels += ["depth"] if config.render_depth else []
    channels += ["deformation"] if config.render_deformations else []
    paths = {
        channel: renders
        / video_name(loaded.run.label, channel, config.use_occupancy_grid_filtering, loaded.step)
        for channel in channels
    }
    _write_videos(loaded, config, paths, raw_deformation=preset == "paper")
    return list(paths.values())


def _write_videos(
    loaded: LoadedRun, config: RenderConfig, paths: dict[str, Path], *, raw_deformation: bool
) -> None:
    size = (SENSOR_WIDTH // config.downscale_factor, SENSOR_HEIGHT // config.downscale_factor)
    cameras = circle(config.n_frames, loaded.dataset.train_cameras[0], *size)
    timesteps = timesteps_for(config.n_frames, loaded.dataset.splits.n_timesteps)
    team = world()

    def frame(index: int) -> list[np.ndarray]:
        image = render_image(
            loaded.model, cameras[index], timesteps[index], loaded.windows, config.n_rays
        )
        return [_picture(image, channel, raw_deformation) for channel in paths]

    # All processes render in turns; the first one gets the frames in order.
    frames = team.in_order(config.n_frames, frame)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(Mp4Writer(path, config.fps))
            for path in paths.values()
            if team.leads
        ]
        for _, pictures in zip(progress(config.n_frames, "Rendering"), frames, strict=False):
            for writer, picture in zip(writers, pictures, strict=True):
                writer.append(picture)


def _picture(image: RenderedImage, channel: str, raw_deformation: bool) -> np.ndarray:
    if channel == "depth":
        return to_uint8(depth_to_rgb(image.depth_world, image.accumulation))
    if channel == "deformation":
        style: Literal["raw", "hue"] = "raw" if raw_deformation else "hue"
        return to_uint8(deformation_to_rgb(image.offsets_unit, image.accumulation, style))
    return to_uint8(image.rgb)
