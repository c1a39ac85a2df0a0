"""Layout v1: pictures against a direct decode, and every kind of damaged capture."""

import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from captures import SEQUENCE, picture_path, write_tiny_capture
from nersemble.data_manager.capture import Frame, ReadOptions
from nersemble.data_manager.layout_v1 import CaptureV1, open_v1
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError, ConfigError

ALPHA, DEPTH = "alpha_map-73fps", "colmap-73fps/depth_maps_compressed"


def _open(root: Path, downscale_factor: int | None = None) -> CaptureV1:
    return open_v1(root, 7, SEQUENCE, ReadOptions(downscale_factor))


def _read_failure(root: Path, serial: str, frame_number: int) -> str:
    with pytest.raises(CaptureError) as caught:
        _open(root).read(serial, frame_number)
    return str(caught.value)


def _same(a: Frame, b: Frame) -> bool:
    assert a.depth is not None
    assert b.depth is not None
    same = (a.rgb == b.rgb).all() and (a.alpha == b.alpha).all() and (a.depth == b.depth).all()
    return bool(same)


def test_pictures_of_capture_900_are_exact(scan_root: Path) -> None:
    capture = open_v1(scan_root, 900, "SEN-01-talk")
    frame_folder = scan_root / "900" / "sequences" / "SEN-01-talk" / "frame_00005"
    for serial in (SERIALS[8], SERIALS[3]):
        affine = np.load(scan_root / f"900/annotations/SEN-01-talk/color_correction/{serial}.npy")
        raw = np.asarray(Image.open(frame_folder / f"images-2x-73fps/cam_{serial}.png"))
        expected = np.clip(raw / 255 @ affine[:3, :3] + affine[:3, 3], 0, 1) * 255
        frame = capture.read(serial, 5)
        assert frame.rgb.dtype == np.uint8
        assert (frame.rgb == np.rint(expected)).all()
        alpha = np.asarray(Image.open(frame_folder / f"{ALPHA}/cam_{serial}.png"))
        assert (frame.alpha == alpha).all()
        depth_path = frame_folder / f"{DEPTH}/cam_{serial}.png"
        assert (frame.depth is not None) == depth_path.exists()
        if frame.depth is not None:
            assert frame.depth.dtype == np.uint16
            assert (frame.depth == np.asarray(Image.open(depth_path))).all()


def test_the_original_sees_the_same_pixels_and_rays(scan_root: Path) -> None:
    """Colours on white and rays of an evaluation camera, as the original's own code made them."""
    path = scan_root.parent / "golden" / "golden.npz"
    if not path.exists():
        pytest.skip("the golden values are not on this machine")
    golden = np.load(path)
    capture = open_v1(scan_root, 900, "SEN-01-talk", ReadOptions(color_rounding="truncate"))
    camera = next(c for c in capture.cameras if c.camera_id == 3).camera
    assert (camera.height, camera.width) == tuple(golden["ray_image_hw"])
    frame = capture.read(SERIALS[3], 0)
    y, x = golden["ray_pixel_yx"].T
    opacity = frame.alpha[y, x, None] / 255
    on_white = frame.rgb[y, x] / 255 * opacity + 1 - opacity
    np.testing.assert_allclose(on_white, golden["ray_image_rgb"], atol=1e-6)
    origins, directions = camera.rays(torch.from_numpy(golden["ray_pixel_yx"]))
    np.testing.assert_allclose(origins, golden["ray_origins"], atol=1e-6)
    np.testing.assert_allclose(directions, golden["ray_directions"], atol=1e-6)


@pytest.mark.parametrize("suffix", ["-73fps", ""])
def test_both_spellings_of_the_folders(tmp_path: Path, suffix: str) -> None:
    write_tiny_capture(tmp_path / "reference")
    write_tiny_capture(tmp_path / "other", suffix=suffix)
    expected = _open(tmp_path / "reference").read(SERIALS[1], 2)
    assert _same(_open(tmp_path / "other").read(SERIALS[1], 2), expected)


def test_pictures_may_be_jpg(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path)
    expected = _open(tmp_path)
    pictures = {s: expected.read(s, 0).rgb.astype(float) for s in SERIALS[:2]}
    for kind in ("images-2x-73fps", ALPHA):
        for path in list((tmp_path / "007/sequences" / SEQUENCE).glob(f"*/{kind}/*.png")):
            Image.open(path).save(path.with_suffix(".jpg"), quality=100, subsampling=0)
            path.unlink()
    capture = _open(tmp_path)
    assert capture.available == expected.available
    for serial, rgb in pictures.items():
        assert np.abs(capture.read(serial, 0).rgb - rgb).mean() < 2
        assert capture.has_alpha(serial, 0)
        assert capture.picture_path(serial, 0).suffix == ".jpg"


@pytest.mark.parametrize(("scale", "size"), [(8, (275, 401)), (16, (137, 200)), (100, (22, 32))])
def test_any_scale_gives_the_cameras_the_size_of_the_pictures(
    tmp_path: Path, scale: int, size: tuple[int, int]
) -> None:
    write_tiny_capture(tmp_path, scale=scale, serials=SERIALS[:1], frame_numbers=(4,))
    capture = _open(tmp_path)
    camera = capture.cameras[0].camera
    frame = capture.read(SERIALS[0], 4)
    assert (camera.width, camera.height) == size
    assert frame.rgb.shape == (size[1], size[0], 3)
    assert frame.alpha.shape == size[::-1]
    assert float(camera.intrinsics[0, 0]) == pytest.approx(8190 * size[0] / 2200)


def test_frames_keep_the_numbers_of_their_folders(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, frame_numbers=(12, 3, 9))
    assert tuple(_open(tmp_path).frame_numbers) == (3, 9, 12)


def test_resizing_keeps_the_field_of_view_and_invents_no_depth(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, scale=25, serials=SERIALS[:1], color_correction=False)
    ramp = np.linspace(0, 250, 88).astype(np.uint8)[None, :, None].repeat(128, 0).repeat(3, 2)
    Image.fromarray(ramp).save(picture_path(folder, SERIALS[0], 0))
    full, half = _open(tmp_path).read(SERIALS[0], 0), _open(tmp_path, 50).read(SERIALS[0], 0)
    assert half.rgb.shape == (64, 44, 3)
    assert half.alpha.shape == (64, 44)
    means = full.rgb.reshape(64, 2, 44, 2, 3).mean(axis=(1, 3))
    assert np.abs(half.rgb[:, 1:-1] - means[:, 1:-1]).max() <= 1.0
    assert full.depth is not None
    assert half.depth is not None
    assert half.depth.shape == (64, 44)
    assert half.depth.dtype == np.uint16
    blocks = full.depth.reshape(64, 2, 44, 2)
    assert (blocks == half.depth[:, None, :, None]).any(axis=(1, 3)).all()


def test_fine_stripes_do_not_alias(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, scale=25, serials=SERIALS[:1], color_correction=False)
    stripes = np.zeros((128, 88, 3), dtype=np.uint8)
    stripes[:, ::2] = 200
    Image.fromarray(stripes).save(picture_path(folder, SERIALS[0], 0))
    rgb = _open(tmp_path, 100).read(SERIALS[0], 0).rgb.astype(int)
    assert np.abs(rgb - 100).max() < 15


def test_the_size_on_disk_asked_for_by_name_changes_nothing(tiny_capture_root: Path) -> None:
    named = _open(tiny_capture_root, 100).read(SERIALS[0], 0)
    assert _same(named, _open(tiny_capture_root).read(SERIALS[0], 0))


@pytest.mark.parametrize(
    ("factor", "fragment"),
    [(0, "must be 1 to"), (-4, "must be 1 to"), (8, "have only 22x32.*at least 100")],
)
def test_impossible_factors(tiny_capture_root: Path, factor: int, fragment: str) -> None:
    with pytest.raises(ConfigError, match=fragment):
        _open(tiny_capture_root, factor)


@pytest.mark.parametrize("kind", ["images-2x-73fps", ALPHA, DEPTH])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9])
def test_a_truncated_picture_is_named(tiny_capture_root: Path, kind: str, part: float) -> None:
    path = picture_path(tiny_capture_root / "007", SERIALS[2], 1, kind)
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    message = _read_failure(tiny_capture_root, SERIALS[2], 1)
    assert str(path) in message
    assert f"camera {SERIALS[2]}, timestep 1" in message
    assert "truncated or damaged" in message


def test_a_damaged_first_picture_is_named_on_opening(tiny_capture_root: Path) -> None:
    path = picture_path(tiny_capture_root / "007", min(SERIALS[:5]), 0)
    for content in (b"", b"not a picture", path.read_bytes()[:20]):
        path.write_bytes(content)
        with pytest.raises(CaptureError, match="truncated or damaged") as caught:
            _open(tiny_capture_root)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize("kind", ["images-2x-73fps", ALPHA, DEPTH])
def test_a_picture_of_another_size_tells_both_sizes(tiny_capture_root: Path, kind: str) -> None:
    path = picture_path(tiny_capture_root / "007", SERIALS[2], 1, kind)
    Image.open(path).resize((11, 16), Image.Resampling.NEAREST).save(path)
    message = _read_failure(tiny_capture_root, SERIALS[2], 1)
    assert str(path) in message
    assert "11x16" in message
    assert "22x32" in message


def test_pictures_of_another_kind_are_refused(tiny_capture_root: Path) -> None:
    path = picture_path(tiny_capture_root / "007", SERIALS[2], 1)
    Image.fromarray(np.zeros((32, 22), np.float32)).save(path, "TIFF")
    message = _read_failure(tiny_capture_root, SERIALS[2], 1)
    assert str(path) in message
    assert "float32 numbers" in message
    path = picture_path(tiny_capture_root / "007", SERIALS[1], 1, DEPTH)
    Image.fromarray(np.zeros((32, 22), dtype=np.uint8)).save(path)
    message = _read_failure(tiny_capture_root, SERIALS[1], 1)
    assert str(path) in message
    assert "expected 16-bit grey" in message


def test_pictures_that_are_not_the_whole_sensor_are_refused(tmp_path: Path) -> None:
    folder = write_tiny_capture(tmp_path, serials=SERIALS[:1], frame_numbers=(0,))
    Image.new("RGB", (32, 32)).save(picture_path(folder, SERIALS[0], 0))
    with pytest.raises(CaptureError, match="32x32 pixels, which is not the 2200x3208 sensor"):
        _open(tmp_path)


def test_a_missing_picture_is_named(tiny_capture_root: Path) -> None:
    path = picture_path(tiny_capture_root / "007", SERIALS[2], 1)
    path.unlink()
    message = _read_failure(tiny_capture_root, SERIALS[2], 1)
    assert str(path) in message
    assert "is missing" in message


def test_unknown_cameras_and_timesteps(tiny_capture_root: Path) -> None:
    assert "Camera 999 is not in the calibration" in _read_failure(tiny_capture_root, "999", 0)
    assert "runs from 0 to 2" in _read_failure(tiny_capture_root, SERIALS[0], 3)


def test_a_camera_without_calibration_is_named(tiny_capture_root: Path) -> None:
    path = tiny_capture_root / "007" / "camera_params.json"
    content = json.loads(path.read_text())
    del content["world_2_cam"][SERIALS[3]]
    path.write_text(json.dumps(content))
    with pytest.raises(CaptureError, match=f"no entry for camera {SERIALS[3]}") as caught:
        _open(tiny_capture_root)
    assert str(path) in str(caught.value)


def test_a_camera_without_pictures_is_listed_but_not_available(tiny_capture_root: Path) -> None:
    for number in (0, 1, 2):
        picture_path(tiny_capture_root / "007", SERIALS[3], number).unlink()
    picture_path(tiny_capture_root / "007", SERIALS[1], 0).unlink()
    capture = _open(tiny_capture_root)
    assert [c.serial for c in capture.cameras] == list(SERIALS[:5])
    assert capture.available == set(SERIALS[:5]) - {SERIALS[3]}


def test_a_sequence_without_pictures(tiny_capture_root: Path) -> None:
    folder = tiny_capture_root / "007" / "sequences" / SEQUENCE
    shutil.rmtree(folder)
    (folder / "images").mkdir(parents=True)
    with pytest.raises(CaptureError, match="layout v1") as caught:
        _open(tiny_capture_root)
    assert str(folder) in str(caught.value)


def test_a_missing_colour_correction_warns_once_for_its_camera_and_is_identity(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_tiny_capture(tmp_path)
    missing = folder / "annotations" / SEQUENCE / "color_correction" / f"{SERIALS[1]}.npy"
    missing.unlink()
    with caplog.at_level(logging.INFO, logger="nersemble.data"):
        capture = _open(tmp_path)
        frames = [capture.read(SERIALS[1], number) for number in (0, 1, 2)]
        capture.read(SERIALS[0], 0)
    assert [SERIALS[1] in r.getMessage() for r in caplog.records] == [True]
    assert str(missing) in caplog.text
    raw = np.asarray(Image.open(picture_path(folder, SERIALS[1], 2)))
    assert (frames[2].rgb == raw).all()


def test_a_broken_colour_correction_is_named_on_opening(tiny_capture_root: Path) -> None:
    folder = tiny_capture_root / "007" / "annotations" / SEQUENCE / "color_correction"
    np.save(folder / f"{SERIALS[1]}.npy", np.eye(3))
    with pytest.raises(CaptureError, match=f"{SERIALS[1]}.npy"):
        _open(tiny_capture_root)


def test_without_alpha_everything_is_foreground_with_one_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_tiny_capture(tmp_path, alpha=False, scale=50)
    capture = _open(tmp_path, 100)
    with caplog.at_level(logging.INFO, logger="nersemble.data"), ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(lambda serial: capture.read(serial, 0), SERIALS[:5]))
    assert all(f.alpha.shape == (32, 22) and (f.alpha == 255).all() for f in frames)
    assert len(caplog.records) == 1
    assert "Alpha map" in caplog.text


def test_without_depth_there_is_none_and_no_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_tiny_capture(tmp_path, depth=False)
    with caplog.at_level(logging.INFO, logger="nersemble.data"):
        assert _open(tmp_path).read(SERIALS[0], 0).depth is None
    assert caplog.records == []


def test_threads_read_what_one_reads(tiny_capture_root: Path) -> None:
    capture = _open(tiny_capture_root)
    wanted = [(serial, number) for serial in SERIALS[:5] for number in (0, 1, 2)] * 3
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda key: capture.read(*key), wanted))
    assert all(_same(a, capture.read(*key)) for a, key in zip(together, wanted, strict=True))
