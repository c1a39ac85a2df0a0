"""The NVS benchmark from training to the zip, with tiny pictures and few frames."""

import dataclasses
import json
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from micro import differing, micro_options, open_on_cpu, run_command
from nersemble.compute_options import ComputeOptions
from nersemble.data_manager.rig import SERIALS
from nersemble.env import Roots
from nersemble.interop.benchmark_submission import NVS_BENCHMARK, BenchmarkSequence
from nersemble.jobs.run_pictures import RunPictures
from nersemble.video.config import RenderConfig
from video_captures import HIDDEN, write_benchmark

pytestmark = pytest.mark.slow

# Colour pictures of 22 x 32 and two of the rig's cameras: what is tested does not depend on either.
SCALE = 100
TRAIN_SERIALS = (SERIALS[0], SERIALS[7])
LONG, SHORT = BenchmarkSequence(388, "GLASSES", 7), BenchmarkSequence(475, "HAIR", 2)
TINY = dataclasses.replace(
    NVS_BENCHMARK,
    sequences=(LONG, SHORT),
    hidden_serials=HIDDEN,
    width=2200 // SCALE,
    height=3208 // SCALE,
)
SEGMENTS = ["--segment_timesteps", 4, "--segment_overlap", 1]


@pytest.fixture(autouse=True)
def _tiny_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nersemble.interop.benchmark_submission.NVS_BENCHMARK", TINY)
    # The public check wants videos of the true size: tests/interop asks it.
    monkeypatch.setattr("nersemble.interop.benchmark_submission.toolkit_problems", lambda _: None)
    # Whenever imageio closes a video it collects garbage, which takes longer than all the rest.
    monkeypatch.setattr("gc.collect", lambda: 0)


def _roots(root: Path) -> list[object]:
    return ["--data_path", root / "captures", "--models_path", root / "models"]


def _train(root: Path, sequence: BenchmarkSequence, *options: object, **changes: object) -> int:
    settings: dict[str, object] = {"max_steps": 2, "steps_per_save": 1, "downscale_factor": -1}
    of = ("benchmark", "train", sequence.participant, sequence.name)
    return run_command(*of, *_roots(root), *micro_options(**(settings | changes)), *options)


def _submit(root: Path, *options: object) -> int:
    where = [*_roots(root), "--out", root / "submission.zip", "--device", "cpu"]
    return run_command("benchmark", "submit", *where, *options)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """NERS-1 is the long sequence in segments, NERS-2 the short one; read only."""
    root = tmp_path_factory.mktemp("benchmark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nersemble.interop.benchmark_submission.NVS_BENCHMARK", TINY)
        for sequence in TINY.sequences:
            write_benchmark(
                root / "captures",
                participant=sequence.participant,
                sequence=sequence.name,
                serials=(*TRAIN_SERIALS, *HIDDEN),
                n_frames=sequence.n_frames,
                scale=SCALE,
            )
        assert _train(root, LONG, *SEGMENTS) == 0
        assert _train(root, SHORT) == 0
    return root


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    """A copy of what was trained, to change."""
    return Path(shutil.copytree(trained, tmp_path / "copy"))


@pytest.fixture
def pictures_made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The timesteps of which pictures were rendered."""
    made: list[int] = []
    image = RunPictures.image

    def counted(self: RunPictures, camera: Any, timestep: int) -> Any:
        made.append(timestep)
        if len(made) == _STOP_AFTER.value:
            raise KeyboardInterrupt
        return image(self, camera, timestep)

    monkeypatch.setattr(RunPictures, "image", counted)
    monkeypatch.setattr(_STOP_AFTER, "value", -1)
    return made


_STOP_AFTER = SimpleNamespace(value=-1)


def _frames(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])


# Training


def test_all_cameras_with_pictures_train_and_none_is_held_out(trained: Path) -> None:
    config = json.loads((trained / "models/nersemble/NERS-2/config.json").read_text())["config"]
    assert config["data"]["eval_cameras"] == ["none"]
    assert config["data"]["n_cameras"] == len(TRAIN_SERIALS)
    loaded = open_on_cpu(
        "NERS-2",
        -1,
        models=trained / "models",
        data=trained / "captures",
    )
    assert loaded.dataset.splits.eval_serials == ()
    assert set(loaded.dataset.splits.train_serials) == set(TRAIN_SERIALS)


def test_pictures_during_training_are_left_out_where_nothing_is_held_out(copy: Path) -> None:
    assert _train(copy, SHORT, steps_per_eval_image=1, steps_per_eval_all_images=1) == 0


def test_such_a_run_is_evaluated_on_cameras_that_are_named(copy: Path, error_line: Any) -> None:
    roots = [*_roots(copy), "--device", "cpu"]
    message = error_line(run_command("evaluate", "NERS-2", *roots))
    assert "NERS-2 was trained on all its cameras" in message
    assert "--eval_cameras" in message
    assert run_command("evaluate", "NERS-2", *roots, "--eval_cameras", SERIALS[7]) == 0
    (folder,) = (copy / "models/nersemble/NERS-2/evaluation").iterdir()
    assert folder.name.endswith(f"_cameras_{SERIALS[7]}")
    assert HIDDEN[0] in error_line(
        run_command("evaluate", "NERS-2", *roots, "--eval_cameras", HIDDEN[0])
    )


def test_sequences_of_others_are_refused(tmp_path: Path, error_line: Any) -> None:
    message = error_line(_train(tmp_path, BenchmarkSequence(18, "FREE", 3)))
    assert "388 GLASSES, 475 HAIR" in message


# Segments


def test_pictures_come_from_the_segment_and_are_mixed_in_the_overlap(trained: Path) -> None:
    roots = Roots(trained / "captures", trained / "models")
    stitched = RunPictures("NERS-1", RenderConfig(), roots, ComputeOptions("cpu"))
    camera = stitched.dataset.camera(HIDDEN[1])
    outer = trained / "models/nersemble/NERS-1"
    alone = [open_on_cpu(f"NERS-{k}", -1, models=outer, data=roots.get("data")) for k in (1, 2)]
    first, second = (
        [
            part.renderer.image(camera, t, part.windows, 8192).rgb
            for t in range(part.dataset.splits.n_timesteps)
        ]
        for part in alone
    )
    assert len(first) + len(second) == LONG.n_frames + 1
    expected = [*first[:-1], (first[-1] + second[0]) / 2, *second[1:]]
    assert not torch.equal(first[-1], second[0])
    # Backwards too: a segment that was let go is loaded again.
    for timestep in (*range(LONG.n_frames), 0):
        torch.testing.assert_close(stitched.image(camera, timestep).rgb, expected[timestep])


def test_a_resumed_run_of_segments_trains_what_is_missing(
    copy: Path, capsys: pytest.CaptureFixture[str], error_line: Any
) -> None:
    outer = copy / "models/nersemble/NERS-1"
    parts = sorted((outer / "nersemble").iterdir())
    untouched = {p: p.stat().st_mtime_ns for p in parts[0].rglob("*")}
    shutil.rmtree(parts[1])
    assert "Segment 2 of 2 of NERS-1 was not trained" in error_line(
        run_command("render", "NERS-1", *_roots(copy), "--renders_path", copy, "--device", "cpu")
    )
    again = ["--resume_run", "NERS-1", "--vis", "none", "--device", "cpu"]
    for options, named in (
        (["--segment_overlap", 0], "--segment_overlap 1"),
        (["--lr_main", 0.5], "--lr_main 0.5"),
        (["--resume_checkpoint", 2], "--resume_checkpoint 2"),
    ):
        assert named in error_line(run_command("train", *_roots(copy), *again, *options))
    assert not parts[1].exists()
    assert run_command("train", *_roots(copy), *again) == 0
    assert "Segment 1 of 2 is trained" in capsys.readouterr().out
    assert (parts[1] / "checkpoints/step-000000002.json").is_file()
    assert {p: p.stat().st_mtime_ns for p in parts[0].rglob("*")} == untouched
    assert run_command("train", *_roots(copy), *again, "--max_steps", 3) == 0
    assert all((part / "checkpoints/step-000000003.json").is_file() for part in parts)


def test_a_segment_that_was_stopped_goes_on_from_its_checkpoint(copy: Path) -> None:
    folder = copy / "models/nersemble/NERS-1/nersemble"
    second = sorted(folder.iterdir())[1]
    whole = load_file(second / "checkpoints/step-000000002.safetensors")
    first_save = (second / "checkpoints/step-000000001.json").stat().st_mtime_ns
    (second / "checkpoints/step-000000002.json").unlink()
    again = ["--resume_run", "NERS-1", "--vis", "none", "--device", "cpu"]
    assert run_command("train", *_roots(copy), *again) == 0
    assert len(list(folder.iterdir())) == 2
    assert (second / "checkpoints/step-000000001.json").stat().st_mtime_ns == first_save
    resumed = load_file(second / "checkpoints/step-000000002.safetensors")
    assert differing(resumed, whole) == []


def test_a_sequence_shorter_than_a_segment_is_an_ordinary_run(copy: Path) -> None:
    assert _train(copy, SHORT, *SEGMENTS) == 0
    run = copy / "models/nersemble/NERS-3"
    assert (run / "checkpoints/step-000000002.json").is_file()
    assert not (run / "segments.json").exists()


def test_segments_that_cannot_begin_leave_no_run(copy: Path, error_line: Any) -> None:
    message = error_line(_train(copy, LONG, *SEGMENTS, backend="triton"))
    assert "triton" in message
    assert not (copy / "models/nersemble/NERS-3").exists()


# Submissions


def test_a_submission_holds_the_hidden_cameras_of_all_sequences(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _submit(copy) == 0
    assert "is a valid submission" in capsys.readouterr().out
    with zipfile.ZipFile(copy / "submission.zip") as archive:
        assert set(archive.namelist()) == set(TINY.videos())
        archive.extractall(copy / "out")
    pictures = _frames(copy / f"out/475/HAIR/cam_{HIDDEN[2]}.mp4")
    loaded = open_on_cpu("NERS-2", -1, models=copy / "models", data=copy / "captures")
    camera = loaded.dataset.camera(HIDDEN[2])
    for timestep, picture in enumerate(pictures):
        exact = loaded.renderer.image(camera, timestep, loaded.windows, 8192).rgb.numpy()
        assert np.abs(picture / 255 - exact).mean() < 0.02
    assert _check(copy) == 0


def _check(root: Path, *options: object) -> int:
    return run_command("benchmark", "check", root / "submission.zip", *options)


def test_a_killed_submission_goes_on_after_the_last_whole_video(
    copy: Path, pictures_made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_STOP_AFTER, "value", LONG.n_frames + 3)
    assert _submit(copy) == 130
    assert not (copy / "submission.zip").exists()
    videos = sorted((copy / "submission-videos").rglob("*.mp4"))
    assert [video.stem for video in videos] == [f"cam_{HIDDEN[0]}"]
    written = videos[0].stat().st_mtime_ns
    monkeypatch.setattr(_STOP_AFTER, "value", -1)
    pictures_made.clear()
    assert _submit(copy) == 0
    assert len(pictures_made) == 2 * LONG.n_frames + 3 * SHORT.n_frames
    assert videos[0].stat().st_mtime_ns == written
    pictures_made.clear()
    assert _submit(copy) == 0
    assert pictures_made == []


def test_what_no_longer_comes_from_the_newest_checkpoint_is_rendered_again(
    copy: Path, pictures_made: list[int]
) -> None:
    assert _submit(copy) == 0
    again = ["--resume_run", "NERS-2", "--vis", "none", "--device", "cpu", "--max_steps", 3]
    assert run_command("train", *_roots(copy), *again) == 0
    pictures_made.clear()
    assert _submit(copy) == 0
    assert pictures_made == [0, 1] * 3


def test_a_sequence_without_a_run_is_named_with_its_command(copy: Path, error_line: Any) -> None:
    shutil.rmtree(copy / "models/nersemble/NERS-2")
    message = error_line(_submit(copy))
    assert "nersemble benchmark train 475 HAIR" in message
    assert "388" not in message
    assert _submit(copy, "--allow_missing") == 0
    assert "3 problems" not in error_line(_check(copy))
    assert _check(copy, "--allow_missing") == 0


def test_only_finished_runs_of_all_frames_are_taken(copy: Path, error_line: Any) -> None:
    assert _train(copy, SHORT, n_timesteps=1) == 0
    assert _train(copy, SHORT) == 0
    shutil.rmtree(copy / "models/nersemble/NERS-4/checkpoints")
    assert _submit(copy) == 0
    record = json.loads((copy / f"submission-videos/475/HAIR/cam_{HIDDEN[0]}.json").read_text())
    assert [Path(folder).name for folder, _ in record["checkpoints"]] == ["NERS-2"]
    assert "NERS-3" in error_line(_submit(copy, "--runs", "NERS-3"))


def test_a_filter_that_leaves_nothing_makes_no_white_videos(
    copy: Path, error_line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty(renderer: Any, *_: Any) -> None:
        renderer.model.grid.binaries.zero_()

    monkeypatch.setattr("nersemble.jobs.loading.filter_grid_of", empty)
    message = error_line(_submit(copy))
    assert "leaves nothing" in message
    assert not list((copy / "submission-videos").rglob("*.mp4"))
