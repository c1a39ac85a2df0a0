"""Calibrations and folders as people have them: they give the true cameras or a clear error."""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nersemble.captures.convert.calibrations import read_calibration
from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.conventions import poses_as_meant
from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.names import NameFinder
from nersemble.captures.convert.plan import Plan, make_plan
from nersemble.data_manager.config import Size
from nersemble.errors import CaptureError, ConfigError
from own_captures import (
    HEIGHT,
    LENSES,
    UNITS_PER_METRE,
    WIDTH,
    solved_pose,
    true_pose,
    write_colmap,
    write_metashape,
    write_opencv,
    write_transforms,
)

NAMES = tuple(LENSES)
_POINTS = np.array([[0.1, -0.2], [-0.25, 0.3], [0.32, 0.05]])


def _picture(path: Path, seed: int = 0, size: Size = (WIDTH, HEIGHT)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 3, 3), dtype=np.uint8)
    Image.fromarray(blocks).resize(size).save(path)


def _mask(path: Path, seed: int) -> None:
    """A disc that is a pixel larger with each seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    away = [np.arange(n) - n / 2 for n in (HEIGHT, WIDTH)]
    inside = np.hypot(away[0][:, None], away[1][None]) < HEIGHT / 5 + seed
    Image.fromarray(np.uint8(255) * inside.astype(np.uint8)).save(path)


def _rig(folder: Path, names: Mapping[str, str] | None = None) -> Path:
    """A folder with a folder for each camera, which has one picture."""
    for seed, name in enumerate(names or NAMES):
        _picture(folder / name / "0001.png", seed)
    return folder


def _check_poses(plan: Plan, names: Mapping[str, str] | None = None) -> None:
    """The cameras' places relative to each other are the true ones."""
    named = names or {camera.name: camera.name for camera in plan.cameras}
    first = plan.cameras[0]
    scale = plan.alignment.metres_per_unit * UNITS_PER_METRE
    for camera in plan.cameras[1:]:
        relative = camera.world_to_camera @ np.linalg.inv(first.world_to_camera)
        true = true_pose(named[camera.name]) @ np.linalg.inv(true_pose(named[first.name]))
        true[:3, 3] *= scale
        np.testing.assert_allclose(relative, true, atol=1e-6)


def _edited(path: Path, edit: Any, frames: Any = None) -> Path:
    content = json.loads(path.read_text())
    if edit is not None:
        edit(content)
    for index, frame in enumerate(content["frames"] if frames else []):
        frames(frame, index)
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def transforms(tmp_path: Path) -> Path:
    write_transforms(tmp_path / "cal" / "transforms.json")
    return tmp_path / "cal" / "transforms.json"


# Names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GoPro 1.png", "GoPro 1"),
        ("gopro_1.JPG", "GoPro 1"),
        ("GoPro-01", "GoPro 1"),
        ("left.phone", "left.phone"),
        ("cam_left.phone.jpg.png", "left.phone"),
        ("cam_0012.png", "12"),
        ("Aüßen.png", "Aüßen"),
        ("13", None),
        ("left", None),
    ],
)
def test_names_match_as_a_person_matches_them(name: str, expected: str | None) -> None:
    finder = NameFinder(["GoPro 1", "left.phone", "12", "Aüßen", "x1", "X1"])
    assert finder.find(name) == expected
    assert finder.find("x1.png") == "x1"


@pytest.mark.parametrize(
    "form",
    [
        "images/{n}.JPG",
        "C:\\data\\images\\{n}.png",
        "images/{n}",
        "./images/{n}/00012.png",
        "{n}_frame_0001.png",
        "out/{u}.png",
    ],
)
def test_calibrated_pictures_find_their_cameras(transforms: Path, form: str) -> None:
    def rename(frame: dict[str, Any], index: int) -> None:
        frame["file_path"] = form.format(n=NAMES[index], u=NAMES[index].upper().replace(" ", "_"))

    _edited(transforms, None, rename)
    plan = make_plan(_rig(transforms.parent.parent / "rec"), transforms, ConvertConfig())
    assert [camera.name for camera in plan.cameras] == sorted(NAMES)
    _check_poses(plan)


@pytest.mark.parametrize("form", ["{c}/{f}.png", "images/{f:03d}/{c}.png"])
def test_a_frames_number_never_stands_for_a_camera(tmp_path: Path, form: str) -> None:
    """Cameras 1, 2, 3 and frames 1 to 3; the second camera has only its third frame."""
    numbers = {str(i + 1): name for i, name in enumerate(("GoPro 1", "c", "plain"))}
    write_transforms(tmp_path / "transforms.json", tuple(numbers.values()))
    content = json.loads((tmp_path / "transforms.json").read_text())
    shared = {k: v for k, v in content.items() if k != "frames"}
    content["frames"] = [
        {**shared, **frame, "file_path": form.format(c=camera, f=number)}
        for camera, frame in zip(numbers, content["frames"], strict=True)
        for number in ((3,) if camera == "2" else (1, 2, 3))
    ]
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    _check_poses(
        make_plan(_rig(tmp_path / "rec", numbers), tmp_path, ConvertConfig()),
        numbers,
    )


def test_a_camera_that_moves_is_refused(transforms: Path) -> None:
    _edited(transforms, None, lambda frame, i: frame.update(file_path=f"{'ccab'[i]}/{i}.png"))
    source = _rig(transforms.parent.parent / "rec", {"a": "", "b": "", "c": ""})
    with pytest.raises(CaptureError, match=r"puts camera c at different places in c/0.png and c/1"):
        make_plan(source, transforms, ConvertConfig())


def test_renamed_pictures_are_known_by_what_they_show_or_by_a_table(
    transforms: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _edited(transforms, None, lambda f, i: f.update(file_path=f"images/frame_{i + 1:05d}.png"))
    source = _rig(transforms.parent.parent / "rec")
    with pytest.raises(CaptureError, match=r"frame_00001.png.*--calibrated_as CAMERA=PICTURE"):
        make_plan(source, transforms, ConvertConfig())
    table = tuple(f"{name}=frame_{i + 1:05d}" for i, name in enumerate(NAMES))
    _check_poses(make_plan(source, transforms, ConvertConfig(calibrated_as=table)))
    with pytest.raises(ConfigError, match="--calibrated_as c=frame_9 must be"):
        make_plan(source, transforms, ConvertConfig(calibrated_as=("c=frame_9",)))
    for index in range(4):
        _picture(transforms.parent / "images" / f"frame_{index + 1:05d}.png", index)
    _check_poses(make_plan(source, transforms, ConvertConfig()))
    assert "By its content, images/frame_00003.png belongs to camera c." in caplog.text


def test_names_that_contradict_what_is_shown_are_refused(transforms: Path) -> None:
    """Photographs are numbered, and a program numbered its copies in another order."""
    _edited(transforms, None, lambda f, i: f.update(file_path=f"images/frame_{i:05d}.png"))
    for index in range(4):
        _picture(transforms.parent / "images" / f"frame_{index:05d}.png", index)
        _picture(transforms.parent.parent / "rec" / f"frame_{3 - index:05d}.png", index)
    with pytest.raises(CaptureError, match=r"but the content of camera frame_0000\d"):
        make_plan(transforms.parent.parent / "rec", transforms, ConvertConfig())


# Folders


def test_a_flat_folder_is_a_static_head(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One photograph was not registered, the calibration has other suffixes, masks are named
    differently, and macOS left hidden files."""
    write_colmap(tmp_path / "scan" / "sparse" / "0", binary=True)
    for index, name in enumerate((*NAMES, "blurred")):
        _picture(tmp_path / "scan" / "images" / f"{name}.jpg", index)
        (tmp_path / "scan" / "images" / f"._{name}.jpg").write_bytes(b"Mac OS X")
        _mask(tmp_path / "scan" / "masks" / f"{name}_mask.png", index)
    for source in (tmp_path / "scan" / "images", tmp_path / "scan"):
        masks = tmp_path / "scan" / "masks"
        plan = make_plan(source, tmp_path / "scan", ConvertConfig(masks=masks))
        assert (len(plan.cameras), len(plan.frames)) == (4, 1)
        assert {c.name: c.mask.path.name for c in plan.cameras if c.mask} == {
            name: f"{name}_mask.png" for name in NAMES
        }
        _check_poses(plan)
    assert "has no pose for 1 of 5 recordings, which are left out: blurred" in caplog.text


def test_frames_of_fixed_cameras_in_one_folder_are_refused(transforms: Path) -> None:
    def twice(content: dict[str, Any]) -> None:
        shared = {key: value for key, value in content.items() if key != "frames"}
        content["frames"] = [
            {**shared, **frame, "file_path": f"{camera}_{time}.png"}
            for camera, frame in zip("abcd", content["frames"], strict=True)
            for time in "xy"
        ]

    _edited(transforms, twice)
    for index, name in enumerate(f"{camera}_{time}" for camera in "abcd" for time in "xy"):
        _picture(transforms.parent / f"{name}.png", index)
    with pytest.raises(CaptureError, match=r"taken from the same places.*--cameras"):
        make_plan(transforms.parent, transforms, ConvertConfig())
    once = ConvertConfig(cameras=tuple(f"{camera}_x" for camera in "abcd"))
    assert len(make_plan(transforms.parent, transforms, once).cameras) == 4


def test_masks_may_lie_among_the_recordings(tmp_path: Path) -> None:
    write_colmap(tmp_path / "sparse", binary=True)
    for index, name in enumerate(NAMES):
        _picture(tmp_path / "shots" / f"{name}.png", index)
        _mask(tmp_path / "shots" / f"{name}_mask.png", index)
        _picture(tmp_path / "rig" / name / "images" / "1.png", index)
    plan = make_plan(tmp_path / "shots", tmp_path, ConvertConfig())
    assert all(c.mask and c.mask.path.stem == f"{c.name}_mask" for c in plan.cameras)
    deep = make_plan(tmp_path / "rig", tmp_path, ConvertConfig())
    assert [camera.name for camera in deep.cameras] == sorted(NAMES)


def test_the_export_of_vhap_is_read_as_it_is(tmp_path: Path) -> None:
    """``camera_id`` and ``timestep_index`` identify pictures; poses are in metres, in our world."""
    frames = []
    for timestep in (4, 5):
        for index, name in enumerate(NAMES):
            pose = np.linalg.inv(true_pose(name)) @ np.diag([1.0, -1.0, -1.0, 1.0])
            file = f"{timestep:05d}_{index:02d}.png"
            _picture(tmp_path / "images" / file, 10 * timestep + index)
            _mask(tmp_path / "fg_masks" / file, 2 * timestep + index)
            frames.append(
                {"camera_id": name, "timestep_index": timestep, "file_path": f"images/{file}"}
                | {"fg_mask_path": f"fg_masks/{file}", "transform_matrix": pose.tolist()}
                | {"fl_x": 350.0, "fl_y": 350.0, "w": WIDTH, "h": HEIGHT, "camera_index": index}
            )
    for part, some in (("train", frames[2:]), ("val", frames[:2])):
        (tmp_path / f"transforms_{part}.json").write_text(json.dumps({"frames": some}))
    for source in (tmp_path, tmp_path / "images"):
        plan = make_plan(source, tmp_path, ConvertConfig())
        assert (len(plan.frames), {c.name for c in plan.cameras}) == (2, set(NAMES))
        for camera in plan.cameras:
            np.testing.assert_allclose(camera.world_to_camera, true_pose(camera.name), atol=1e-9)
            file = tmp_path / "images" / f"00005_{NAMES.index(camera.name):02d}.png"
            np.testing.assert_array_equal(camera.footage.read(1), np.asarray(Image.open(file)))
            assert camera.mask is not None
            mask = np.asarray(Image.open(tmp_path / "fg_masks" / file.name))
            np.testing.assert_array_equal(camera.mask.read_mask(1), mask)


# COLMAP


def test_the_largest_model_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_colmap(tmp_path / "work" / "sparse" / "0", binary=True, names=NAMES[:1])
    write_colmap(tmp_path / "work" / "sparse" / "1", binary=False)
    assert len(read_calibration(tmp_path)) == 4
    assert "sparse/1, which has 4 pictures, not" in caplog.text
    assert "sparse/0 (1)" in caplog.text
    assert len(read_calibration(tmp_path / "work" / "sparse" / "0")) == 1
    assert len(read_calibration(tmp_path / "work" / "sparse" / "0" / "images.bin")) == 1


def test_text_models_as_people_edit_them(tmp_path: Path) -> None:
    """Without the lines of points, with Windows' line ends and mark, with a camera of a model that
    is not supported but that no picture has."""
    write_colmap(tmp_path / "text", binary=False)
    cameras, images = tmp_path / "text" / "cameras.txt", tmp_path / "text" / "images.txt"
    kept = [line for line in images.read_text().splitlines() if "png" in line]
    images.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(kept).encode())
    unused = "77 THIN_PRISM_FISHEYE 96 128 300 300 48 64 0 0 0 0 0 0 0 0"
    cameras.write_bytes(b"\xef\xbb\xbf" + f"{cameras.read_text()}{unused}".encode())
    found = read_calibration(tmp_path / "text")
    assert [image.name for image in found] == [f"{name}.png" for name in NAMES]
    for image in found:
        np.testing.assert_allclose(image.world_to_camera, solved_pose(image.name[:-4]), atol=1e-9)


# transforms.json


def test_is_fisheye_is_a_camera_model(transforms: Path) -> None:
    def as_instant_ngp(frame: dict[str, Any], index: int) -> None:
        if frame.pop("camera_model", "") == "OPENCV_FISHEYE":
            frame["is_fisheye"] = True

    _edited(transforms, lambda content: content.pop("camera_model"), as_instant_ngp)
    for image, name in zip(read_calibration(transforms), NAMES, strict=True):
        assert isinstance(image.lens, Lens)
        np.testing.assert_allclose(image.lens.distort(_POINTS), LENSES[name].distort(_POINTS))


def test_the_size_may_be_the_pictures(tmp_path: Path) -> None:
    """Blender's scripts write an angle of view only."""
    angle = 2 * np.arctan(WIDTH / 2 / 350)
    write_transforms(tmp_path / "transforms.json")
    content = json.loads((tmp_path / "transforms.json").read_text())
    frames = [
        {"file_path": f"./train/{i}", "transform_matrix": frame["transform_matrix"]}
        for i, frame in enumerate(content["frames"])
    ]
    for part, some in (("train", frames[:2]), ("test", frames[2:])):
        (tmp_path / f"transforms_{part}.json").write_text(
            json.dumps({"camera_angle_x": angle, "frames": some})
        )
    (tmp_path / "transforms.json").unlink()
    for index in range(4):
        _picture(tmp_path / "rec" / f"{index}.png", index)
    plan = make_plan(tmp_path / "rec", tmp_path, ConvertConfig())
    for camera in plan.cameras:
        expected = [[350, 0, WIDTH / 2], [0, 350, HEIGHT / 2], [0, 0, 1]]
        np.testing.assert_allclose(camera.undistortion.intrinsics, expected)
    _check_poses(plan, {str(i): name for i, name in enumerate(NAMES)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"camera_model": "PINHOLE"}, "has k1 -2.0, which PINHOLE does not have"),
        ({"is_fisheye": True}, "has the camera_model OPENCV, but is_fisheye True"),
        ({"k4": 0.1}, "has k4 0.1, which OPENCV does not have"),
        ({"camera_angle_x": 1.0}, "has fl_x 330, but camera_angle_x means 87.86"),
        ({"camera_model": "EQUIRECTANGULAR"}, "EQUIRECTANGULAR"),
    ],
)
def test_contradictions_do_not_pass(transforms: Path, change: Any, message: str) -> None:
    _edited(transforms, lambda content: content.update(change))
    with pytest.raises(CaptureError, match=message):
        read_calibration(transforms)


@pytest.mark.parametrize("own", [{"fl_x": 300}, {"camera_angle_x": 2 * math.atan(WIDTH / 600)}])
def test_a_pictures_own_focal_length_counts(transforms: Path, own: dict[str, float]) -> None:
    """Neither the file's angle of view nor its fl_y belongs to it."""

    def edit(content: dict[str, Any]) -> None:
        content |= {"fl_x": 200, "fl_y": 190, "camera_angle_x": 2 * math.atan(WIDTH / 400)}
        for key in ("fl_x", "fl_y"):
            content["frames"][1].pop(key)
        content["frames"][1] |= own

    _edited(transforms, edit)
    lens = read_calibration(transforms)[1].lens
    assert isinstance(lens, Lens)
    assert lens.focal == pytest.approx((300, 300))


def test_masks_that_do_not_exist_are_named(
    transforms: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _edited(transforms, lambda content: content["frames"][1].update(mask_path="masks/lost.png"))
    read_calibration(transforms)
    assert "names 1 masks that do not exist, such as masks/lost.png" in caplog.text


def test_no_key_is_dropped_in_silence(transforms: Path, caplog: pytest.LogCaptureFixture) -> None:
    harmless = {"applied_transform": np.eye(3, 4).tolist(), "aabb_scale": 16}
    _edited(transforms, lambda content: content.update(harmless))
    read_calibration(transforms)
    assert not caplog.records
    _edited(transforms, lambda content: content.update(rolling_shutter=[0, 0, 0.1], name="x"))
    read_calibration(transforms)
    assert "unknown values, which have no effect: rolling_shutter." in caplog.text


# Other kinds


def test_the_data_sets_own_file_is_in_metres_already(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    intrinsics = {name: [[350, 0, 48], [0, 350, 64], [0, 0, 1]] for name in NAMES}
    content: dict[str, Any] = {
        "world_2_cam": {name: true_pose(name).tolist() for name in NAMES},
        "intrinsics": intrinsics,
        "image_size": [WIDTH, HEIGHT],
    }
    path = tmp_path / "018" / "camera_params.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content))
    for index, name in enumerate(NAMES):
        _picture(tmp_path / "rec" / f"cam_{name}.png", index)
    plan = make_plan(tmp_path / "rec", tmp_path, ConvertConfig())
    for camera in plan.cameras:
        np.testing.assert_allclose(camera.world_to_camera, true_pose(camera.name))
    assert "Colours stay as recorded" not in caplog.text
    for pose in content["world_2_cam"].values():
        for row in pose[:3]:
            row[3] *= 100
    path.write_text(json.dumps(content))
    with pytest.raises(CaptureError, match=r"in centimetres \(--metres_per_unit 0.01\)"):
        make_plan(tmp_path / "rec", tmp_path, ConvertConfig())
    path.with_name("color_calibration.json").write_text("{}")
    read_calibration(path)
    assert "Colours stay as recorded" in caplog.text
    path.write_text(json.dumps({k: v for k, v in content.items() if k != "image_size"}))
    with pytest.raises(CaptureError, match="far from the middle of 1100x1604 pixels"):
        read_calibration(path)


@pytest.mark.parametrize("easymocap", [True, False])
def test_opencvs_yaml(tmp_path: Path, easymocap: bool) -> None:
    """EasyMocap's files do not say that a lens is a fisheye, nor for which pictures it is."""
    names = [name for name in NAMES if not (easymocap and LENSES[name].fisheye)]
    write_opencv(tmp_path, names, easymocap=easymocap)
    found = {image.name: image for image in read_calibration(tmp_path)}
    assert found.keys() == set(names)
    for name, image in found.items():
        lens = image.lens if isinstance(image.lens, Lens) else image.lens((WIDTH, HEIGHT))
        _check_camera(name, lens, image.world_to_camera)


@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_opencvs_xml_and_json(tmp_path: Path, suffix: str) -> None:
    """The same matrices as in YAML, in the other formats of cv2.FileStorage."""
    write_opencv(tmp_path / "yaml")
    for path in sorted((tmp_path / "yaml").iterdir()):
        text = path.read_text()
        scalars = dict(re.findall(r"^(\w+): (\d+)$", text, re.MULTILINE))
        matrices = re.findall(r"(\w+): !!.*\n.*rows: (\d)\n.*cols: (\d)\n.*\n.*\[ (.*) \]", text)
        if suffix == "json":
            content: dict[str, Any] = {key: int(value) for key, value in scalars.items()}
            for key, rows, cols, data in matrices:
                content[key] = {"type_id": "opencv-matrix", "rows": int(rows), "cols": int(cols)}
                content[key] |= {"dt": "d", "data": json.loads(f"[{data}]")}
            text = json.dumps(content)
        else:
            body = "".join(f"<{key}>{value}</{key}>" for key, value in scalars.items())
            for key, rows, cols, data in matrices:
                body += f'<{key} type_id="opencv-matrix"><rows>{rows}</rows><cols>{cols}</cols>'
                body += f"<dt>d</dt><data>{data.replace(',', '')}</data></{key}>"
            text = f'<?xml version="1.0"?>\n<opencv_storage>{body}</opencv_storage>'
        target = tmp_path / "deep" / "rig" / f"{path.stem}.{suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    found = {image.name: image for image in read_calibration(tmp_path / "deep")}
    assert found.keys() == set(NAMES)
    for name, image in found.items():
        assert isinstance(image.lens, Lens)
        _check_camera(name, image.lens, image.world_to_camera)


def test_a_calibration_may_lie_deep_in_its_folder(tmp_path: Path) -> None:
    write_transforms(tmp_path / "scan" / "export" / "transforms.json")
    (tmp_path / ".trash").mkdir()
    write_transforms(tmp_path / ".trash" / "transforms.json")
    assert {Path(image.name).stem for image in read_calibration(tmp_path)} == set(NAMES)
    write_transforms(tmp_path / "scan" / "other" / "transforms.json")
    with pytest.raises(CaptureError, match=r"several calibrations: .*export.*, .*other"):
        read_calibration(tmp_path)


def test_metashapes_cameras(tmp_path: Path) -> None:
    path = tmp_path / "cameras.xml"
    write_metashape(path)
    found = read_calibration(path)
    assert [image.name for image in found] == list(NAMES)
    for image in found:
        assert isinstance(image.lens, Lens)
        _check_camera(image.name, image.lens, image.world_to_camera)
    # What the format documents may also be said.
    said = poses_as_meant({i.name: i for i in found}, "camera_to_world_opencv", None)
    for name, pose in said.items():
        np.testing.assert_allclose(pose, solved_pose(name), atol=1e-9)
    text = path.read_text()
    for good, bad, message in (
        ("<document", '<!DOCTYPE x [<!ENTITY a "aa">]><document', "it declares entities"),
        ("<k4>0.0", "<k4>0.1", "has k4 0.1, which is not supported"),
        ("<b1>", "<b2>3</b2><b1>", "has b2 3.0, which is not supported"),
        ("<transform>", "<transform>1 ", "pose that is not a 4x4 matrix"),
    ):
        path.write_text(text.replace(good, bad, 1))
        with pytest.raises(CaptureError, match=message):
            read_calibration(path)


@pytest.mark.parametrize("rig", [False, True])
def test_metashapes_components_and_rigs(tmp_path: Path, rig: bool) -> None:
    """The component's scale, rotation and place are followed, and a slave's place at its master."""
    path = tmp_path / "cameras.xml"
    write_metashape(path, component=True, rig=rig)
    text = path.read_text()
    begin, end = text.index("<transform>"), text.index("</component>")
    of_chunk = text.replace(text[begin:end], "").replace("<chunk>", "<chunk>" + text[begin:end])
    for content in (text, of_chunk):
        path.write_text(content)
        found = read_calibration(path)
        assert [image.name for image in found] == list(NAMES)
        for image in found:
            assert isinstance(image.lens, Lens)
            _check_camera(image.name, image.lens, image.world_to_camera)
    if rig:
        path.write_text(text.replace("location>", "place>"))
        with pytest.raises(CaptureError, match="belongs to a rig, but its sensor has no location"):
            read_calibration(path)
    path.write_text(text.replace("<scale>0.25", "<scale>-1"))
    with pytest.raises(CaptureError, match=r"has a scale of -1\.0"):
        read_calibration(path)


def _check_camera(name: str, lens: Lens, world_to_camera: np.ndarray) -> None:
    np.testing.assert_allclose(world_to_camera, solved_pose(name), atol=1e-9)
    np.testing.assert_allclose(lens.intrinsics(), LENSES[name].intrinsics())
    np.testing.assert_allclose(lens.distort(_POINTS), LENSES[name].distort(_POINTS))
