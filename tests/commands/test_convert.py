"""``nersemble data convert`` as a user calls it, training on what it made, and bad input."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from captures import write_tiny_capture
from micro import micro_options, run_command
from nersemble.captures.convert import writer
from own_captures import write_colmap, write_recordings, write_transforms

NAMES = ("GoPro 1", "left.phone", "c")
Fails = Callable[[int], str]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cameras' recordings, masks and calibrations; read only."""
    folder = tmp_path_factory.mktemp("own")
    write_recordings(folder, 2, names=NAMES)
    write_colmap(folder / "colmap" / "sparse" / "0", binary=True, names=NAMES)
    write_colmap(folder / "text", binary=False, names=NAMES)
    write_transforms(folder / "transforms.json", NAMES)
    return folder


@pytest.fixture
def own(tmp_path: Path, recordings: Path) -> Path:
    """A copy of the recordings to damage."""
    shutil.copytree(recordings, tmp_path / "own")
    return tmp_path / "own"


def _convert(folder: Path, *options: object, calibration: str = "colmap") -> int:
    argv = (folder / "recordings", 1000, "TALK", "--calibration", folder / calibration)
    return run_command("data", "convert", *argv, "--data_path", folder / "data", *options)


def _pictures(folder: Path) -> dict[Path, bytes]:
    data = folder / "data"
    return {path.relative_to(data): path.read_bytes() for path in sorted(data.rglob("*.png"))}


@pytest.mark.slow
def test_three_cameras_of_any_name_are_trained_evaluated_and_rendered(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _convert(own, "--masks", own / "masks", calibration="transforms.json") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == str(own / "data" / "1000" / "sequences" / "TALK")
    assert "3 cameras, 2 timesteps, 96x128 pixels" in out
    assert all(name in out for name in NAMES)
    assert run_command("data", "check", own / "data", 1000, "TALK") == 0
    roots = ["--data_path", own / "data", "--models_path", own / "models"]
    options = micro_options(timesteps_per_batch=2, max_steps=2)
    assert run_command("train", 1000, "TALK", *options, *roots) == 0
    assert "is held out: choose others with --eval_cameras, from GoPro 1, c, left.phone" in (
        capsys.readouterr().err
    )
    saved = json.loads((own / "models/nersemble/NERS-1/config.json").read_text())["config"]
    (held_out,) = saved["data"]["eval_cameras"]
    assert held_out in NAMES
    assert saved["data"]["downscale_factor"] == 1
    # The default is 5 wide and 5 high; the hull fills nine tenths of it, and the box has some room.
    low, high = np.array(saved["model"]["scene_box"]).reshape(2, 3)
    assert (high - low)[[0, 2]].max() == pytest.approx(0.9 * 5 * 1.2, abs=0.4)
    assert run_command("train", "--resume_run", "NERS-1", *roots, "--max_steps", 3) == 0
    assert run_command("evaluate", "NERS-1", *roots, "--device", "cpu") == 0
    (result,) = (own / "models/nersemble/NERS-1/evaluation").glob("*/evaluation_result.json")
    assert list(json.loads(result.read_text())["per_cam"]) == [held_out]
    video = ("--seconds", "0.1", "--downscale_factor", "4", "--device", "cpu")
    assert run_command("render", "NERS-1", *roots, "--renders_path", own / "renders", *video) == 0
    assert len(list((own / "renders").glob("*.mp4"))) == 1
    chosen = ("--eval_cameras", "c", "left.phone")
    assert run_command("train", 1000, "TALK", *options, *roots, *chosen) == 0, "one camera trains"


def test_a_dry_run_shows_the_rig_and_writes_nothing(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _convert(own, "--dry_run", "--camera_distance", "2.5") == 0
    said = capsys.readouterr()
    assert "left.phone             2.5" in said.out
    assert "everything counts as foreground" in said.err
    assert not (own / "data").exists()


def test_the_shortest_recording_counts(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(own / "recordings")
    shutil.rmtree(own / "masks")
    write_recordings(own, 2, names=NAMES[:2])
    write_recordings(own, 1, names=NAMES[2:])
    assert _convert(own) == 0
    assert "a camera lacks are left out: c has no frame 1" in capsys.readouterr().err
    assert len(_pictures(own)) == 3


def test_a_conversion_is_replaced_only_if_asked(own: Path, error_line: Fails) -> None:
    assert _convert(own, "--n_timesteps", 1) == 0
    first = _pictures(own)
    assert "exists: choose another sequence name, or replace it with --overwrite" in (
        error_line(_convert(own))
    )
    assert _pictures(own) == first
    assert _convert(own, "--overwrite") == 0
    assert len(_pictures(own)) == 6
    assert first.items() <= _pictures(own).items()
    left = {path.name for path in (own / "data" / "1000").iterdir()}
    assert left == {".convert.lock", "camera_params.json", "sequences"}


def test_other_captures_are_never_touched(own: Path, error_line: Fails) -> None:
    folder = write_tiny_capture(own / "data", participant=1000, sequence="TALK")
    before = _pictures(own), (folder / "camera_params.json").read_bytes()
    assert "was not made by 'nersemble data convert'" in error_line(_convert(own, "--overwrite"))
    (folder / "sequences" / "TALK").rename(folder / "sequences" / "OTHER")
    (folder / "annotations" / "TALK").rename(folder / "annotations" / "OTHER")
    assert "another calibration, which OTHER needs" in error_line(_convert(own))
    (folder / "sequences" / "OTHER").rename(folder / "sequences" / "TALK")
    assert (_pictures(own), (folder / "camera_params.json").read_bytes()) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_conversion_leaves_nothing(
    own: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, count = writer._save, iter(range(100))

    def fail_later(*arguments: Any) -> None:
        if next(count) == 4:
            raise error
        save(*arguments)

    assert _convert(own, "--n_timesteps", 1) == 0
    before = _pictures(own)
    with monkeypatch.context() as patch:
        patch.setattr(writer, "_save", fail_later)
        assert _convert(own, "--overwrite") in (2, 130)
    assert _pictures(own) == before
    assert not list((own / "data" / "1000").glob(".converting*"))
    assert _convert(own, "--overwrite") == 0


def test_a_full_disk_is_noticed_after_the_first_timestep(
    own: Path, error_line: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 8, 1))  # type: ignore[attr-defined]
    assert "The sequence needs about" in error_line(_convert(own))
    assert not _pictures(own)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _truncate(path: Path, share: float = 0.6) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def _rename_recordings(own: Path) -> None:
    for path in list((own / "recordings").iterdir()):
        path.rename(path.with_name(f"other-{path.name}"))


_CAMERAS, _IMAGES = Path("text/cameras.txt"), Path("text/images.txt")
_BAD: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "no camera": (
        lambda own: (own / "recordings/c.mp4").rename(own / "recordings/d.mp4"),
        "colmap",
        "has no picture of camera d, only GoPro 1.png, c.png, left.phone.png: give",
    ),
    "no overlap": (_rename_recordings, "colmap", "no picture of camera other-GoPro 1, other-c"),
    "model": (
        lambda own: _edit(own / _CAMERAS, "OPENCV_FISHEYE", "FOV"),
        "text",
        "camera 3 has the camera model FOV, which is not supported",
    ),
    "parameters": (
        lambda own: _edit(own / _CAMERAS, "RADIAL", "SIMPLE_PINHOLE"),
        "text",
        "camera 2 has 5 parameters, but SIMPLE_PINHOLE has 3",
    ),
    "nan lens": (
        lambda own: _edit(own / _CAMERAS, " 330.0 ", " nan "),
        "text",
        "camera 1 has a parameter that is NaN or infinite",
    ),
    "nan pose": (
        lambda own: _edit(own / _IMAGES, "\n1 ", "\n1 nan ") or _edit_quaternion(own / _IMAGES),
        "text",
        "picture GoPro 1.png has a pose that is NaN",
    ),
    "text": (lambda own: _truncate(own / _IMAGES), "text", "images.txt is truncated"),
    "binary": (
        lambda own: _truncate(own / "colmap/sparse/0/images.bin"),
        "colmap",
        "images.bin is truncated",
    ),
    "json": (
        lambda own: _truncate(own / "transforms.json"),
        "transforms.json",
        "is not valid JSON",
    ),
    "no pose": (
        lambda own: _edit(own / "transforms.json", "transform_matrix", "matrix"),
        "transforms.json",
        "picture images/GoPro 1.png: pose has shape (), expected (4, 4)",
    ),
    "nan json": (
        lambda own: _edit(own / "transforms.json", '"fl_x": 330', '"fl_x": NaN'),
        "transforms.json",
        "picture images/GoPro 1.png has fl_x nan",
    ),
    "no calibration": (
        lambda own: (own / "empty").mkdir(),
        "empty",
        "empty is not a calibration: name a transforms.json",
    ),
    "no recordings": (
        lambda own: shutil.rmtree(own / "recordings"),
        "colmap",
        "recordings does not exist",
    ),
    "video": (
        lambda own: _truncate(own / "recordings/c.mp4"),
        "colmap",
        "c.mp4 (camera c) is truncated or damaged",
    ),
}


def _edit_quaternion(path: Path) -> None:
    """Takes one number out again, so that the line has its ten words."""
    lines = path.read_text().splitlines()
    words = lines[1].split(maxsplit=10)
    del words[2]
    lines[1] = " ".join(words)
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("case", _BAD)
def test_bad_input_is_one_sentence(own: Path, case: str, error_line: Fails) -> None:
    damage, calibration, message = _BAD[case]
    damage(own)
    assert message in error_line(_convert(own, calibration=calibration))
    assert not (own / "data" / "1000" / "sequences").exists()


def test_bad_pictures_and_masks(own: Path, error_line: Fails) -> None:
    shutil.rmtree(own / "recordings")
    write_recordings(own / "png", 2, names=NAMES, videos=False)
    (own / "png" / "recordings").rename(own / "recordings")
    Image.fromarray(np.zeros((9, 9, 3), np.uint8)).save(own / "recordings" / "c" / "9.png")
    assert "9.png (camera c) is 9x9 pixels, but 8.png is 96x128" in error_line(_convert(own))
    _truncate(own / "recordings" / "c" / "8.png")
    assert "8.png (camera c)" in error_line(_convert(own))
    (own / "other").mkdir()
    (own / "masks" / "c.mp4").rename(own / "other" / "x.mp4")
    assert "has no mask for any camera, only x" in error_line(
        _convert(own, "--masks", own / "other", "--cameras", "GoPro 1", "left.phone")
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--start", 9), "From frame 9, every 1, only 0 of the 2 frames"),
        (("--n_timesteps", 3), "only 2 of the 2 frames"),
        (("--every", 0), "--every is 0, but must be at least 1"),
        (("--cameras", "c"), "has one camera, but at least two are needed"),
        (("--cameras", "c", "x"), "--cameras names x, which is not in"),
        (("--camera_distance", 0), "--camera_distance is 0.0, but must"),
        (("--up", 0, 0, 0), "--up is 0 0 0"),
        (("--size", 0, 5), "--size is 0, but must"),
        (("--front_camera", "x"), "--front_camera x is not a camera"),
    ],
)
def test_impossible_options(
    recordings: Path, options: tuple[object, ...], message: str, error_line: Fails
) -> None:
    assert message in error_line(_convert(recordings, "--dry_run", *options))
