"""Writes small captures to disk, for tests of whatever reads them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH, SERIALS

PARTICIPANT = 7
SEQUENCE = "EXP-1-test"


def model_to_calibration(world_to_camera: Tensor) -> Tensor:
    """The inverse of ``calibration_to_model``: metres, y up; a point of it is (x, -z, y) x 9 in the
    model world."""
    right, back, up = world_to_camera[:3, :3].T
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3] = torch.stack([right, up, -back], 1)
    pose[:3, 3] = world_to_camera[:3, 3] / 9
    return pose


def look_at_origin(azimuth: float, elevation: float, distance: float = 1.0) -> np.ndarray[Any, Any]:
    """OpenCV world-to-camera pose (metres, y up) of a camera that looks at the origin; radians."""
    backward = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    right = np.cross([0.0, 1.0, 0.0], backward)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(right, backward), -backward])
    pose[:3, 3] = [0.0, 0.0, distance]
    return pose


def encode_depth(metres: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Metres as 16-bit codes, 0 where there is no depth (method.md, Layout v1)."""
    return np.where(metres > 0, np.rint(metres * 65534 / 2) + 1, 0).astype(np.uint16)


def write_tiny_capture(
    root: Path,
    *,
    participant: int = PARTICIPANT,
    sequence: str = SEQUENCE,
    serials: Sequence[str] = SERIALS[:5],
    frame_numbers: Sequence[int] = (0, 1, 2),
    scale: int = 100,
    suffix: str = "-73fps",
    alpha: bool = True,
    depth: bool = True,
    color_correction: bool = True,
    seed: int = 0,
) -> Path:
    """Writes a capture in layout v1 and returns its participant folder.

    Pictures are 2200 // scale x 3208 // scale of random colours; a disc in the middle is foreground
    and about 1 m away. The cameras stand on an arc and look at the origin.
    """
    random = np.random.default_rng(seed)
    folder = root / f"{participant:03d}"
    angles = np.linspace(-0.8, 0.8, len(serials))
    poses = {
        s: look_at_origin(a, 0.1 * i) for i, (s, a) in enumerate(zip(serials, angles, strict=True))
    }
    write_camera_params(folder / "camera_params.json", poses)
    if color_correction:
        corrections = folder / "annotations" / sequence / "color_correction"
        corrections.mkdir(parents=True)
        for serial in serials:
            np.save(corrections / f"{serial}.npy", np.eye(3, 4) + random.normal(0, 0.02, (3, 4)))
    for number in frame_numbers:
        frame = folder / "sequences" / sequence / f"frame_{number:05d}"
        for serial in serials:
            _write_pictures(frame, serial, scale, suffix, alpha, depth, random)
    return folder


def write_camera_params(path: Path, poses: dict[str, np.ndarray[Any, Any]]) -> None:
    """Writes a calibration with one 3x3 of intrinsics for the whole sensor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "world_2_cam": {serial: pose.tolist() for serial, pose in poses.items()},
        "intrinsics": [[8190.0, 0.0, 1090.0], [0.0, 8180.0, 1620.0], [0.0, 0.0, 1.0]],
    }
    path.write_text(json.dumps(content))


def picture_path(
    participant_folder: Path,
    serial: str,
    frame_number: int,
    kind: str = "images-2x-73fps",
    sequence: str = SEQUENCE,
) -> Path:
    """Where :func:`write_tiny_capture` put a picture; ``kind`` is the folder in the frame's."""
    frame = participant_folder / "sequences" / sequence / f"frame_{frame_number:05d}"
    return frame / kind / f"cam_{serial}.png"


def _write_pictures(
    frame: Path,
    serial: str,
    scale: int,
    suffix: str,
    alpha: bool,
    depth: bool,
    random: np.random.Generator,
) -> None:
    width, height = SENSOR_WIDTH // scale, SENSOR_HEIGHT // scale
    y, x = np.mgrid[:height, :width]
    radius = np.hypot(x - (width - 1) / 2, y - (height - 1) / 2) / (0.4 * width)
    rgb = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    _write(frame / f"images-2x{suffix}" / f"cam_{serial}.png", rgb)
    if alpha:
        soft = np.clip((1 - radius) * 255 * 4, 0, 255).astype(np.uint8)
        _write(frame / f"alpha_map{suffix}" / f"cam_{serial}.png", soft)
    if depth:
        metres = np.where(radius < 1, 0.95 + 0.1 * radius**2, 0.0)
        code = encode_depth(metres)
        _write(frame / f"colmap{suffix}" / "depth_maps_compressed" / f"cam_{serial}.png", code)


def _write(path: Path, pixels: np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
