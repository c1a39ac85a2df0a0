"""A short, small orbit video for the report of an evaluation."""

from pathlib import Path

from nersemble.commands.runs_on_disk import LoadedRun
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.progress import progress
from nersemble.rendering.channels import to_uint8
from nersemble.rendering.image import render_image
from nersemble.video.trajectories import circle, timesteps_for
from nersemble.video.writer import VideoWriter, h264

_DOWNSCALE_FACTOR = 8
_SECONDS = 2
_CRF = 26


def write_orbit(loaded: LoadedRun, path: Path, n_frames: int, n_rays: int) -> None:
    """Renders a turn around the face while time runs, in two seconds.

    The pictures have an eighth of the sensor's width and height, or those of the evaluation, if
    they are smaller.

    Raises:
        RunError: the file cannot be written.
    """
    evaluated = loaded.dataset.eval_cameras[0]
    width = min(SENSOR_WIDTH // _DOWNSCALE_FACTOR, evaluated.width)
    height = min(SENSOR_HEIGHT // _DOWNSCALE_FACTOR, evaluated.height)
    cameras = circle(n_frames, loaded.dataset.train_cameras[0], width, height)
    timesteps = timesteps_for(n_frames, loaded.dataset.splits.n_timesteps)
    with VideoWriter(path, n_frames / _SECONDS, h264(_CRF)) as video:
        for index in progress(n_frames, "Rendering the report's orbit"):
            image = render_image(
                loaded.model, cameras[index], timesteps[index], loaded.windows, n_rays
            )
            video.append(to_uint8(image.rgb))
