"""``nersemble render`` beyond the release: views, channels, backgrounds and files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from micro import EVAL_SERIAL, Workspace, open_on_cpu
from nersemble.rendering.pictures import resized
from nersemble.rendering.renderer import TorchRenderer
from nersemble.video.camera_path import CameraPath, Keyframe, write_camera_path

ErrorLine = Callable[[int], str]


def _render(trained: Workspace, out: Path, *options: object) -> int:
    return trained.render("NERS-1", "--renders_path", out, *options)


def _pictures(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.iterdir())]


def test_the_truth_stands_left_of_the_prediction(trained: Workspace, tmp_path: Path) -> None:
    options = ("--trajectory", "capture", "--side_by_side", "--format", "png")
    assert _render(trained, tmp_path, *options) == 0
    (folder,) = tmp_path.iterdir()
    assert (
        folder.name
        == f"NERS-1-first_rgb_capture_{EVAL_SERIAL}_side_by_side_occ_grid_filtering_checkpoint-6"
    )
    pictures = _pictures(folder)
    assert [picture.shape for picture in pictures] == [(32, 44, 3)] * 3
    loaded = open_on_cpu("NERS-1", -1, models=trained.models, data=trained.captures)
    for timestep, picture in enumerate(pictures):
        truth = resized(loaded.dataset.truth(EVAL_SERIAL, timestep).rgb, (32, 22)) * 255
        assert np.abs(picture[:, :22] - truth.numpy()).max() <= 1


def test_all_channels_and_alpha_of_a_camera_path(trained: Workspace, tmp_path: Path) -> None:
    keyframe = Keyframe(0.0, 1.0, (0.0, -9.0, 0.0), (0.5**0.5, -(0.5**0.5), 0.0, 0.0), 25.0)
    path = tmp_path / "near.json"
    write_camera_path(path, CameraPath((keyframe,)))
    channels = ("rgb", "depth", "deformation", "normals")
    options = ("--trajectory", path, "--channels", *channels, "--format", "png")
    out = tmp_path / "out"
    assert _render(trained, out, *options, "--background", "transparent") == 0
    names = [
        f"NERS-1-first_{channel}_near_transparent_occ_grid_filtering_checkpoint-6"
        for channel in channels
    ]
    assert sorted(folder.name for folder in out.iterdir()) == sorted(names)
    for name in names:
        (picture,) = _pictures(out / name)
        assert picture.shape == (32, 22, 4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webm", "mov"])
def test_videos_with_alpha_and_a_thumbnail(trained: Workspace, tmp_path: Path, kind: str) -> None:
    options = ("--trajectory", "spiral", "--background", "transparent", "--format", kind)
    assert _render(trained, tmp_path, *options, "--thumbnail", "webp") == 0
    stem = "NERS-1-first_rgb_spiral_transparent_occ_grid_filtering_checkpoint-6"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([f"{stem}.{kind}", f"{stem}.webp"])
    with av.open(str(tmp_path / f"{stem}.{kind}")) as container:
        assert len(list(container.decode(video=0))) == 2
    with Image.open(tmp_path / f"{stem}.webp") as image:
        assert image.n_frames == 2


@pytest.mark.slow
def test_the_rays_of_a_large_picture_are_made_a_part_at_a_time(
    trained: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    render = TorchRenderer.render

    def watched(self: TorchRenderer, rays: Any, *others: Any) -> Any:
        sizes.append(len(rays))
        return render(self, rays, *others)

    monkeypatch.setattr(TorchRenderer, "render", watched)
    options = ("--downscale_factor", 20, "--n_rays", 1000, "--seconds", 0.01)
    assert _render(trained, tmp_path, *options) == 0
    assert max(sizes) == 1000
    assert sum(sizes) == 110 * 160


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--side_by_side",), "--side_by_side needs a camera of the capture"),
        (("--background", "transparent"), "add --format png, webm or mov"),
        (("--trajectory", "no.json"), "Cannot read the camera path no.json: No such file"),
        (("--trajectory", "capture", "--camera", "7"), "--camera 7 is not among the cameras"),
        (("--frozen_timestep", 3), "--frozen_timestep 3 does not exist"),
    ],
)
def test_mistakes_are_one_sentence(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine, options: Any, message: str
) -> None:
    assert message in error_line(_render(trained, tmp_path, *options))
    assert list(tmp_path.iterdir()) == []
