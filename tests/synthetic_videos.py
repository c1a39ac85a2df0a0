"""The synthetic head as version 2 of the data set comes: videos and empty shots, nothing else."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nersemble.captures.synthetic.animation import pose_at
from nersemble.captures.synthetic.appearance import wall
from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.identity import identity_of
from nersemble.captures.synthetic.raycast import render
from nersemble.captures.synthetic.rig import sensor_intrinsics, view, world_to_camera
from nersemble.data_manager.rig import SERIALS
from nersemble.ops.colors import to_uint8
from video_captures import video_path, write_background, write_video

WIDTH, HEIGHT = 54, 78


def write_v2_head(
    folder: Path, sequence: str, *, camera_ids: Sequence[int] = range(16), n_frames: int = 1
) -> None:
    """Writes a participant's folder: a head before a wall, 54 x 78 pixels, compressed as the real
    recordings are."""
    (folder / "calibration").mkdir(parents=True)
    serials = [SERIALS[number] for number in camera_ids]
    poses = [world_to_camera(number).tolist() for number in camera_ids]
    calibration = {
        "world_2_cam": dict(zip(serials, poses, strict=True)),
        "intrinsics": sensor_intrinsics().tolist(),
    }
    colors = {serial: np.eye(3).tolist() for serial in serials}
    for name, content in (("camera_params", calibration), ("color_calibration", colors)):
        (folder / "calibration" / f"{name}.json").write_text(json.dumps(content))
    heads = [Head(identity_of(5), pose_at(9 * number, 0)) for number in range(n_frames)]
    for number, serial in zip(camera_ids, serials, strict=True):
        behind = wall(0, number, WIDTH, HEIGHT)
        write_background(folder, serial, to_uint8(behind))
        shots = [render(head, view(number, WIDTH, HEIGHT)) for head in heads]
        alphas = [shot.alpha[..., None] for shot in shots]
        pictures = [
            to_uint8(shot.rgb * alpha + behind * (1 - alpha))
            for shot, alpha in zip(shots, alphas, strict=True)
        ]
        path = video_path(folder, sequence, serial)
        write_video(path, pictures, codec="libx264", pixels="yuv420p", options={"crf": "14"})
