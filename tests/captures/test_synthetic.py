"""The synthetic capture: layout on disk, determinism, pictures that agree with the calibration."""

import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio.v3 as iio
import numpy as np
import pytest
from scipy.ndimage import maximum_filter

from nersemble.captures.synthetic.animation import pose_at
from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.identity import identity_of
from nersemble.captures.synthetic.writer import synthesize
from nersemble.data_manager.layout_v1 import open_v1
from nersemble.data_manager.rig import EVAL_CAMERA_IDS, SERIALS, TRAIN_CAMERA_IDS
from nersemble.errors import CaptureError, ConfigError

Array = np.ndarray[Any, Any]

# Wide enough that a pixel is 3 mm; 2200 // 24 x 3208 // 24.
SMALL = SyntheticConfig(width=91, height=133, n_timesteps=1, workers=1)
TINY = SyntheticConfig(width=22, height=32, n_timesteps=2, cameras="0,3", workers=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One timestep of all cameras."""
    return synthesize(tmp_path_factory.mktemp("synthetic"), SMALL, progress=False)


def picture(folder: Path, camera_id: int, kind: str, timestep: int = 0) -> Array:
    frame = folder / "sequences" / "TALK" / f"frame_{timestep:05d}"
    return iio.imread(frame / kind / f"cam_{SERIALS[camera_id]}.png")


def colors(folder: Path, camera_id: int) -> Array:
    """Corrected colours in 0..1, computed as the specification says."""
    rgb = picture(folder, camera_id, "images-2x-73fps") / 255.0
    corrections = folder / "annotations" / "TALK" / "color_correction"
    affine = np.load(corrections / f"{SERIALS[camera_id]}.npy")
    return np.clip(rgb @ affine[:3, :3] + affine[:3, 3], 0.0, 1.0)


def alpha(folder: Path, camera_id: int) -> Array:
    return picture(folder, camera_id, "alpha_map-73fps") / 255.0


def depth(folder: Path, camera_id: int) -> Array:
    """Metres; 0 where there is none."""
    code = picture(folder, camera_id, "colmap-73fps/depth_maps_compressed").astype(np.float64)
    return np.where(code > 0, (code - 1) * 2 / 65534, 0.0)


def calibration(folder: Path, camera_id: int, width: int, height: int) -> tuple[Array, Array]:
    """Intrinsics for the picture's size, and the world-to-camera pose."""
    params = json.loads((folder / "camera_params.json").read_text())
    scale = np.array([width / 2200, height / 3208, 1.0])
    intrinsics = np.array(params["intrinsics"]) * scale[:, None]
    return intrinsics, np.array(params["world_2_cam"][SERIALS[camera_id]])


def back_projected(folder: Path, camera_id: int) -> tuple[Array, Array]:
    """World points of all depth pixels of a camera, and the pixels (row, column)."""
    z = depth(folder, camera_id)
    rows, columns = np.nonzero(z)
    intrinsics, pose = calibration(folder, camera_id, z.shape[1], z.shape[0])
    pixels = np.stack([columns + 0.5, rows + 0.5, np.ones(rows.size)])
    local = np.linalg.inv(intrinsics) @ pixels * z[rows, columns]
    world = pose[:3, :3].T @ (local - pose[:3, 3:])
    return world.T, np.stack([rows, columns], axis=1)


def reprojected(
    folder: Path, points: Array, camera_id: int, size: tuple[int, int]
) -> tuple[Array, Array]:
    """The pixels (row, column) that see world points, clipped to the picture, and their depths."""
    intrinsics, pose = calibration(folder, camera_id, size[1], size[0])
    local = points @ pose[:3, :3].T + pose[:3, 3]
    image = local @ intrinsics.T
    columns = np.floor(image[:, 0] / image[:, 2]).astype(int)
    rows = np.floor(image[:, 1] / image[:, 2]).astype(int)
    inside = (columns >= 0) & (columns < size[1]) & (rows >= 0) & (rows < size[0])
    pixels = np.where(inside[:, None], np.stack([rows, columns], axis=1), 0)
    return pixels, np.where(inside, local[:, 2], 0.0)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_layout_on_disk(folder: Path) -> None:
    assert folder.name == "001"
    for camera_id in range(16):
        rgb = picture(folder, camera_id, "images-2x-73fps")
        assert rgb.shape == (133, 91, 3)
        assert rgb.dtype == np.uint8
        mask = picture(folder, camera_id, "alpha_map-73fps")
        assert mask.shape == (133, 91)
        assert mask.dtype == np.uint8
    maps = folder / "sequences" / "TALK" / "frame_00000" / "colmap-73fps" / "depth_maps_compressed"
    expected = sorted(f"cam_{SERIALS[i]}.png" for i in TRAIN_CAMERA_IDS)
    assert sorted(path.name for path in maps.iterdir()) == expected
    assert picture(folder, 0, "colmap-73fps/depth_maps_compressed").dtype == np.uint16
    assert len(list((folder / "annotations" / "TALK" / "color_correction").iterdir())) == 16


def test_no_stray_files(folder: Path) -> None:
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    assert not [name for name in names if name.startswith(".") or name == "unfinished.json"]
    assert names.count("meta.json") == 1


def test_the_reader_of_layout_v1_accepts_it(folder: Path) -> None:
    capture = open_v1(folder.parent, 1, "TALK")
    assert [camera.camera_id for camera in capture.cameras] == list(range(16))
    frame = capture.read(SERIALS[7], capture.frame_numbers[0])
    assert frame.rgb.shape == (133, 91, 3)
    assert frame.depth is not None
    assert np.abs(frame.rgb / 255.0 - colors(folder, 7)).max() < 0.6 / 255.0


def test_poses_are_rigid_and_surround_the_face(folder: Path) -> None:
    centers = []
    for camera_id in range(16):
        intrinsics, pose = calibration(folder, camera_id, 2200, 3208)
        rotation = pose[:3, :3]
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(rotation) == pytest.approx(1.0)
        assert intrinsics[0, 0] == pytest.approx(8190)
        centers.append(-rotation.T @ pose[:3, 3])
    distances = np.linalg.norm(centers, axis=1)
    assert 0.9 < distances.min() < distances.max() < 1.1
    angles = np.degrees(
        [[np.arctan2(c[0], c[2]), np.arcsin(c[1] / np.hypot(c[0], c[2]))] for c in centers]
    )
    spans = np.ptp(angles, axis=0)
    assert spans[0] == pytest.approx(93, abs=3)
    assert spans[1] == pytest.approx(32, abs=4)
    train = angles[list(TRAIN_CAMERA_IDS)]
    for camera_id in EVAL_CAMERA_IDS:
        assert (train.min(0) < angles[camera_id]).all()
        assert (angles[camera_id] < train.max(0)).all()


@pytest.mark.parametrize("camera_id", EVAL_CAMERA_IDS)
def test_the_head_fills_held_out_pictures_but_stays_in_frame(folder: Path, camera_id: int) -> None:
    mask = alpha(folder, camera_id) > 0.5
    assert mask.mean() > 0.30
    # The shirt runs out of the picture below; nothing touches it above, or beside the face.
    assert not mask[:4].any()
    assert not mask[:60, [0, -1]].any()


def test_everything_lies_in_the_default_scene_box(folder: Path) -> None:
    for camera_id in (0, 4, 8, 12):
        points, _ = back_projected(folder, camera_id)
        x, y, z = points.T
        assert np.abs(points).max() < 0.28
        # method.md, Spaces: box [-2.5, -2, -2.5]..[2.5, 3, 2], axes (x, -z, y), times 9.
        assert np.abs(x).max() < 2.5 / 9
        assert -2.5 / 9 < y.min() < y.max() < 2 / 9
        assert -3 / 9 < z.min() < z.max() < 2 / 9


@pytest.mark.parametrize(("source", "target"), [(8, 7), (7, 9), (4, 13), (1, 5)])
def test_depth_agrees_between_cameras(folder: Path, source: int, target: int) -> None:
    points, _ = back_projected(folder, source)
    assert points.shape[0] > 3000
    seen_alpha, seen_depth = alpha(folder, target), depth(folder, target)
    pixels, z = reprojected(folder, points, target, seen_alpha.shape[:2])  # type: ignore[arg-type]
    found = seen_depth[pixels[:, 0], pixels[:, 1]]
    inside = z > 0
    # No point of the surface projects on the background: at a silhouette it may be a pixel off.
    near_head = maximum_filter(seen_alpha, size=3) > 0
    assert near_head[pixels[inside, 0], pixels[inside, 1]].mean() > 0.9995
    compared = inside & (found > 0)
    # A point is on the surface that the other camera sees or hidden behind it, never before it.
    assert (z[compared] < found[compared] - 0.006).mean() < 0.004
    visible = compared & (z < found + 0.006)
    assert visible.sum() > 0.6 * inside.sum()
    assert np.median(np.abs(z[visible] - found[visible])) < 0.0015


def test_depth_lies_on_the_surface(folder: Path) -> None:
    points, _ = back_projected(folder, 9)
    x, y, z = points.T.astype(np.float32)
    off = np.abs(Head(identity_of(1), pose_at(0, seed=0)).distance((x, y, z)))
    assert np.median(off) < 1e-4
    assert np.quantile(off, 0.99) < 2e-3


@pytest.mark.parametrize(("source", "target"), [(8, 7), (4, 13)])
def test_corrected_colors_agree_between_cameras(folder: Path, source: int, target: int) -> None:
    points, own = back_projected(folder, source)
    there = colors(folder, target)
    seen_depth = depth(folder, target)
    pixels, z = reprojected(folder, points, target, seen_depth.shape)  # type: ignore[arg-type]
    found = seen_depth[pixels[:, 0], pixels[:, 1]]
    visible = (z > 0) & (np.abs(z - found) < 0.003)
    here = colors(folder, source)[own[visible, 0], own[visible, 1]]
    difference = np.abs(here - there[pixels[visible, 0], pixels[visible, 1]])
    assert np.median(difference) < 0.012
    recorded = picture(folder, source, "images-2x-73fps") / 255.0
    uncorrected = np.abs(recorded[own[visible, 0], own[visible, 1]] - here)
    assert np.median(uncorrected) > 2 * np.median(difference)


def test_depth_is_only_where_the_pixel_is_covered(folder: Path) -> None:
    z, mask = depth(folder, 8), alpha(folder, 8)
    assert (mask[z > 0] == 1.0).all()
    assert (z > 0).sum() > 0.9 * (mask == 1.0).sum()
    assert 0.8 < z[z > 0].min() < z.max() < 1.4


def test_silhouettes_are_smooth_and_the_wall_is_recorded(folder: Path) -> None:
    mask = alpha(folder, 6)
    assert ((mask > 0) & (mask < 1)).any()
    wall = picture(folder, 6, "images-2x-73fps")[mask == 0]
    assert 40 < wall.mean() < 220
    assert wall.std() > 1.0


def test_the_picture_does_not_depend_on_its_resolution(tmp_path: Path) -> None:
    options = SyntheticConfig(n_timesteps=1, cameras="7", color_casts=False, workers=1)
    coarse = synthesize(tmp_path / "a", replace(options, width=50, height=73), progress=False)
    fine = synthesize(tmp_path / "b", replace(options, width=100, height=146), progress=False)
    averaged = colors(fine, 7).reshape(73, 2, 50, 2, 3).mean((1, 3))
    assert np.abs(averaged - colors(coarse, 7)).mean() < 0.008
    averaged = alpha(fine, 7).reshape(73, 2, 50, 2).mean((1, 3))
    assert np.abs(averaged - alpha(coarse, 7)).mean() < 0.008


def test_the_face_talks_and_blinks(tmp_path: Path) -> None:
    options = SyntheticConfig(width=55, height=80, cameras="6", n_timesteps=8, workers=1)
    folder = synthesize(tmp_path, options, progress=False)
    frames = [picture(folder, 6, "images-2x-73fps", t).astype(float) for t in range(8)]
    for before, after in pairwise(frames):
        assert np.abs(after - before).max() > 25
    poses = json.loads((folder / "ground_truth" / "TALK" / "meta.json").read_text())["poses"]
    assert max(pose["blink"] for pose in poses) == 1.0
    assert min(pose["blink"] for pose in poses) == 0.0
    assert np.ptp([pose["jaw"] for pose in poses]) > 0.1


@pytest.mark.slow
def test_longer_captures_continue_the_motion(tmp_path: Path) -> None:
    short = snapshot(synthesize(tmp_path / "a", TINY, progress=False))
    longer = snapshot(synthesize(tmp_path / "b", replace(TINY, n_timesteps=3), progress=False))
    frames = [name for name in short if name.startswith("sequences")]
    assert frames
    assert all(longer[name] == short[name] for name in frames)


@pytest.mark.slow
def test_same_bytes_whatever_the_number_of_workers(tmp_path: Path) -> None:
    options = replace(TINY, cameras="all", n_timesteps=1)
    alone = synthesize(tmp_path / "a", options, progress=False)
    together = synthesize(tmp_path / "b", replace(options, workers=2), progress=False)
    assert snapshot(alone) == snapshot(together)


@pytest.mark.slow
def test_seed_and_participant_change_the_pictures_but_not_the_rig(tmp_path: Path) -> None:
    base = snapshot(synthesize(tmp_path / "a", TINY, progress=False))
    seeded = snapshot(synthesize(tmp_path / "b", replace(TINY, seed=1), progress=False))
    other = snapshot(synthesize(tmp_path / "c", replace(TINY, participant=2), progress=False))
    name = f"sequences/TALK/frame_00000/images-2x-73fps/cam_{SERIALS[0]}.png"
    assert len({base[name], seeded[name], other[name]}) == 3
    assert base["camera_params.json"] == seeded["camera_params.json"] == other["camera_params.json"]


def test_without_casts_and_depth(tmp_path: Path) -> None:
    options = replace(TINY, color_casts=False, depth=False)
    folder = synthesize(tmp_path, options, progress=False)
    affine = np.load(folder / "annotations" / "TALK" / "color_correction" / f"{SERIALS[0]}.npy")
    np.testing.assert_array_equal(affine, np.eye(3, 4))
    assert not list(folder.rglob("depth_maps_compressed"))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"width": 15}, "width"),
        ({"height": 3}, "height"),
        ({"n_timesteps": 0}, "n_timesteps"),
        ({"participant": 1000}, "participant"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
        ({"cameras": "0,16"}, "16"),
        ({"cameras": "front"}, "front"),
        ({"cameras": ""}, "cameras"),
        ({"sequence": "a/b"}, "a/b"),
        ({"sequence": ".."}, ".."),
        ({"sequence": ""}, "sequence"),
    ],
)
def test_bad_options_are_named_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        synthesize(tmp_path / "root", replace(TINY, **changes), progress=False)
    assert named in str(caught.value)
    assert not (tmp_path / "root").exists()


def test_a_root_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CaptureError, match="file"):
        synthesize(tmp_path / "file", TINY, progress=False)


def test_a_complete_sequence_is_left_alone(tmp_path: Path) -> None:
    folder = synthesize(tmp_path, TINY, progress=False)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    again = replace(TINY, workers=2, cameras=" 3, 0")
    assert synthesize(tmp_path, again, progress=False) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times


def test_other_options_do_not_overwrite(tmp_path: Path) -> None:
    folder = synthesize(tmp_path, TINY, progress=False)
    before = snapshot(folder)
    with pytest.raises(CaptureError, match="another sequence name"):
        synthesize(tmp_path, replace(TINY, seed=5), progress=False)
    assert snapshot(folder) == before
    synthesize(tmp_path, replace(TINY, seed=5, sequence="OTHER"), progress=False)


@pytest.mark.slow
def test_an_interrupted_sequence_is_written_anew(tmp_path: Path) -> None:
    whole = snapshot(synthesize(tmp_path / "whole", TINY, progress=False))
    folder = synthesize(tmp_path / "cut", replace(TINY, n_timesteps=3), progress=False)
    # As it is while pictures are being written.
    meta = folder / "ground_truth" / "TALK" / "meta.json"
    meta.rename(meta.with_name("unfinished.json"))
    picture_path = folder / f"sequences/TALK/frame_00001/alpha_map-73fps/cam_{SERIALS[3]}.png"
    picture_path.write_bytes(b"half")
    synthesize(tmp_path / "cut", TINY, progress=False)
    assert snapshot(folder) == whole


@pytest.mark.parametrize("part", ["sequences", "annotations"])
def test_recordings_of_others_are_never_touched(tmp_path: Path, part: str) -> None:
    theirs = tmp_path / "001" / part / "TALK" / "precious"
    theirs.mkdir(parents=True)
    with pytest.raises(CaptureError, match="not written by"):
        synthesize(tmp_path, TINY, progress=False)
    assert theirs.is_dir()


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", ['{"world_2_cam": {}, "intrinsics": [[1]]}', "[1]", "{", "moved"]
)
def test_another_calibration_is_never_overwritten(tmp_path: Path, content: str) -> None:
    path = synthesize(tmp_path, TINY, progress=False) / "camera_params.json"
    if content == "moved":
        params = json.loads(path.read_text())
        params["world_2_cam"][SERIALS[15]][0][3] += 1e-3
        content = json.dumps(params)
    path.write_text(content)
    with pytest.raises(CaptureError, match=r"camera_params\.json"):
        synthesize(tmp_path, replace(TINY, sequence="NEW"), progress=False)
    assert path.read_text() == content


def test_a_worker_needs_no_torch() -> None:
    program = "import sys, nersemble.captures.synthetic.writer; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.slow
def test_scripts_without_a_guard_may_use_several_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from nersemble.captures.synthetic.config import SyntheticConfig\n"
        "from nersemble.captures.synthetic.writer import synthesize\n"
        "options = SyntheticConfig(width=16, height=16, n_timesteps=1, workers=2)\n"
        f"synthesize(Path({str(tmp_path / 'root')!r}), options, progress=False)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
