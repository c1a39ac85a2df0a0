"""Runs of segments: trained one after the other, then rendered, exported and resumed as one."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from micro import Workspace, differing, files_below, make_workspace, open_on_cpu, write_capture
from nersemble.commands.export import export, parse_export
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.segments import Segment
from nersemble.env import Roots
from nersemble.jobs.run_pictures import RunPictures
from nersemble.rendering.pictures import resized
from nersemble.runs.segmented import parts_of, read_segments
from nersemble.video.config import RenderConfig

pytestmark = pytest.mark.slow

ErrorLine = Callable[[int], str]

_OPTIONS = {"segment_timesteps": 3, "segment_overlap": 1}


@pytest.fixture(scope="module")
def segmented(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """NERS-1 of five timesteps in two segments, 0 to 2 and 2 to 4; read only."""
    root = tmp_path_factory.mktemp("segmented")
    write_capture(root / "capture", frame_numbers=range(5))
    made = make_workspace(root, root / "capture")
    assert made.train(**_OPTIONS) == 0
    return made


def _parse(workspace: Workspace, *options: object) -> list[str]:
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    return [str(word) for word in ("NERS-1", *roots, "--device", "cpu", *options)]


def _pictures(workspace: Workspace) -> RunPictures:
    roots = Roots(workspace.captures, workspace.models)
    return RunPictures("NERS-1", RenderConfig(), roots, ComputeOptions("cpu"))


def test_each_segment_is_a_run_of_its_own_timesteps(segmented: Workspace) -> None:
    run = segmented.run()
    segments = read_segments(run)
    assert segments is not None
    assert segments.spans == (Segment(0, 3), Segment(2, 5))
    assert [part.label for part in parts_of(run)] == [
        "NERS-1-frames_00000-00002",
        "NERS-2-frames_00002-00004",
    ]


def test_pictures_come_from_the_segment_that_has_the_time(segmented: Workspace) -> None:
    pictures = _pictures(segmented)
    assert pictures.n_timesteps == 5
    camera = pictures.dataset.train_cameras[0].resized(22, 32)
    loaded = [
        open_on_cpu(str(part.folder), -1, models=segmented.models, data=segmented.captures)
        for part in parts_of(segmented.run())
    ]  # fmt: skip

    def direct(part: int, timestep: float) -> torch.Tensor:
        image = loaded[part].renderer.image(camera, timestep, loaded[part].windows, 8192)
        return image.rgb

    assert not torch.equal(direct(0, 2), direct(1, 0)), "two models"
    for timestep, expected in (
        (0, direct(0, 0)),
        (1.5, direct(0, 1.5)),
        (2, (direct(0, 2) + direct(1, 0)) / 2),
        (2.5, direct(1, 0.5)),
        (4, direct(1, 2)),
    ):
        torch.testing.assert_close(pictures.image(camera, timestep).rgb, expected)


def test_side_by_side_shows_the_recording_of_the_whole_sequence(
    segmented: Workspace, tmp_path: Path
) -> None:
    options = ("--trajectory", "capture", "--side_by_side", "--renders_path", tmp_path)
    assert segmented.render("NERS-1", *options) == 0
    (video,) = tmp_path.iterdir()
    with av.open(str(video)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    pictures = _pictures(segmented)
    (serial,) = pictures.dataset.splits.eval_serials
    height, width = frames[0].shape[0], frames[0].shape[1] // 2
    truths = [resized(pictures.truth(serial, t).rgb, (height, width)).numpy() for t in range(5)]
    differences = np.array(
        [[np.abs(frame[:, :width] / 255 - truth).mean() for truth in truths] for frame in frames]
    )
    assert (differences.argmin(1) == range(5)).all()


def test_a_mesh_of_each_timestep_comes_from_its_segment(
    segmented: Workspace, tmp_path: Path
) -> None:
    trimesh: Any = pytest.importorskip("trimesh")
    options = ("--timesteps", -1, "--resolution", 12, "--density_threshold", 1e-6, "--keep_unseen")
    paths = export(parse_export(_parse(segmented, *options, "--renders_path", tmp_path)))
    assert [path.name for path in paths] == [
        f"NERS-1_mesh_checkpoint-6_timestep-0000{t}.ply" for t in range(5)
    ]
    part = parts_of(segmented.run())[1]
    argv = _parse(segmented, *options, "--renders_path", tmp_path / "part")[1:]
    alone = export(parse_export([str(part.folder), *argv]))
    for whole, single in zip(paths[3:], alone[1:], strict=True):
        first, second = (trimesh.load(path, process=False) for path in (whole, single))
        np.testing.assert_array_equal(first.vertices, second.vertices)
    options += ("--kind", "animation")
    paths = export(parse_export(_parse(segmented, *options, "--renders_path", tmp_path)))
    assert [path.suffix for path in paths] == [".ply"] * 5 + [".json"]
    first, last = (trimesh.load(paths[t], process=False) for t in (0, 4))
    np.testing.assert_array_equal(first.faces, last.faces)


def test_a_resumed_run_trains_only_what_is_missing(
    segmented: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    shutil.copytree(segmented.models, tmp_path / "models")
    shutil.copytree(segmented.captures, tmp_path / "captures")
    workspace = Workspace(tmp_path)
    first, second = parts_of(workspace.run())
    kept = files_below(first.folder)
    shutil.rmtree(second.folder)
    assert "Segment 2 of 2 of NERS-1 was not trained" in error_line(workspace.render())
    assert workspace.resume() == 0
    assert files_below(first.folder) == kept
    again, before = (
        load_file(parts_of(w.run())[1].checkpoints_folder / "step-000000006.safetensors")
        for w in (workspace, segmented)
    )
    assert differing(again, before) == []
