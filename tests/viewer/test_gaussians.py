"""Exported Gaussians on a page: the channel that shows them instead of the field."""

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from browsing import OTHER, expected, visit
from nersemble.errors import RunError
from nersemble.gaussians.gaussians import SH_0, Gaussians
from nersemble.interop.gaussian_files import FORMAT, write_gaussians
from nersemble.interop.manifest import write_manifest
from nersemble.jobs.shown_gaussians import ShownGaussians
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.page import front_view
from nersemble.viewer.pictures import GAUSSIANS, Subject, Truths, paint
from nersemble.viewer.viewer import Viewer
from viewing import front_viewpoint, make_subject

_CPU = torch.device("cpu")
_COLORS = {0: (0.9, 0.1, 0.1), 2: (0.1, 0.1, 0.9)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One large Gaussian in the middle of the head, red at timestep 0 and blue at timestep 2."""
    folder = tmp_path_factory.mktemp("gaussians")
    entries = []
    for timestep, color in _COLORS.items():
        path = folder / f"timestep-{timestep:05d}.ply"
        sh = (torch.tensor([[color]]) - 0.5) / SH_0
        scales = torch.full((1, 3), 0.05).log()
        write_gaussians(
            path,
            Gaussians(torch.zeros(1, 3), torch.eye(4)[:1], scales, torch.tensor([8.0]), sh),
        )
        entries.append({"timestep": timestep, "seconds": timestep / 73, "file": path.name})
    write_manifest(folder, FORMAT, "calibration", entries, {})
    return folder


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Subject:
    found = make_subject(tmp_path_factory.mktemp("subject"))
    return replace(found, gaussians=ShownGaussians(folder, _CPU))


def _middle(subject: Subject, timestep: int, background: str = "white") -> Any:
    viewpoint = front_viewpoint(subject, GAUSSIANS, background=background)
    keyframe = replace(viewpoint.keyframe, timestep=float(timestep))
    viewpoint = replace(viewpoint, keyframe=keyframe)
    rgb = paint(subject, Truths(subject.dataset), viewpoint, 60, 4096, nullcontext).rgb / 255
    return rgb[30, 15], rgb[0, 0]


def test_the_channel_is_there_only_with_gaussians(subject: Subject) -> None:
    assert subject.channels[-1] == GAUSSIANS
    assert GAUSSIANS not in replace(subject, gaussians=None).channels


def test_it_shows_the_nearest_exported_timestep_over_the_background(subject: Subject) -> None:
    for timestep, color in ((0, _COLORS[0]), (2, _COLORS[2])):
        middle, corner = _middle(subject, timestep)
        np.testing.assert_allclose(middle, color, atol=0.03)
        np.testing.assert_allclose(corner, 1)
    assert np.abs(_middle(subject, 1)[0] - _COLORS[0]).max() < 0.03
    np.testing.assert_allclose(_middle(subject, 0, "#336699")[1], (0.2, 0.4, 0.6))


def test_in_a_browser_the_page_goes_from_the_field_to_the_gaussians_and_back(
    browser: Any, subject: Subject
) -> None:
    front = front_view(subject)
    field, gaussians = (expected(subject, front, channel) for channel in ("rgb", GAUSSIANS))
    assert np.abs(field - gaussians).mean() > OTHER
    with (
        Viewer(ViewerConfig(port=0, max_resolution=60), subject) as viewer,
        visit(browser, viewer.address) as page,
    ):
        page.wait_for_picture(field)
        page.choose("Channel", GAUSSIANS)
        page.wait_for_picture(gaussians)
        page.choose("Channel", "rgb")
        page.wait_for_picture(field)


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"format": "nersemble-animation", "timesteps": [{"timestep": 0, "file": "a.ply"}]},
        {"format": FORMAT, "timesteps": 3},
        {"format": FORMAT, "timesteps": [{"timestep": 0, "file": "../a.ply"}, 4, {}]},
        {"format": FORMAT, "timesteps": [{"timestep": 0, "file": "a.glb"}]},
    ],
)
def test_a_folder_of_something_else_is_named(tmp_path: Path, content: Any) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match=r"manifest\.json.*--format gaussians"):
        ShownGaussians(tmp_path, _CPU)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    entry = {"timestep": 0, "seconds": 0.0, "file": "timestep-00000.ply"}
    write_manifest(tmp_path, FORMAT, "calibration", [entry], {})
    with pytest.raises(RunError, match=r"Cannot read .*timestep-00000\.ply"):
        ShownGaussians(tmp_path, _CPU)
