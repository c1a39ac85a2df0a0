"""What the tests of the viewer look at: a small head beside a tiny capture."""

from pathlib import Path

import torch

from captures import PARTICIPANT, SEQUENCE, write_tiny_capture
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import open_dataset
from nersemble.rendering.renderer import TorchRenderer
from nersemble.video.camera_path import Keyframe
from nersemble.viewer.page import front_view
from nersemble.viewer.pictures import Subject, Viewpoint
from small_heads import OPEN, make_head


def make_subject(root: Path, **capture: object) -> Subject:
    """A lively head with the three timesteps of a capture that is written below ``root``."""
    write_tiny_capture(root / "captures", **capture)  # type: ignore[arg-type]
    dataset = open_dataset(root / "captures", PARTICIPANT, SEQUENCE, DataConfig())
    head = make_head()
    with torch.no_grad():
        head.field.hash_ensemble.codes[-1] += 2  # or the last timestep looks much as the first
    paths, command = root / "camera_paths", ["nersemble", "render", "NERS-1"]
    return Subject("NERS-1", TorchRenderer(head), lambda: OPEN, dataset, paths, lambda: command)


def front_viewpoint(subject: Subject, channel: str = "rgb", **changes: object) -> Viewpoint:
    """Half as wide as high, from the front."""
    return Viewpoint(front_view(subject), 0.5, channel, **changes)  # type: ignore[arg-type]


def keyframe(seconds: float, timestep: float = 0.0, x: float = 0.0) -> Keyframe:
    """Nine units in front of the head, looking at it."""
    half = 0.5**0.5
    return Keyframe(seconds, timestep, (x, -9.0, 0.0), (half, -half, 0.0, 0.0), 20.0)
