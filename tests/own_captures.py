"""Recordings of one's own for tests: the synthetic head through lenses that distort."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.spatial.transform import Rotation

from nersemble.captures.convert.lens import Lens
from nersemble.captures.synthetic.animation import pose_at
from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.identity import identity_of
from nersemble.captures.synthetic.raycast import render
from nersemble.captures.synthetic.rig import View, world_to_camera
from video_captures import write_video

Array = np.ndarray[Any, Any]

WIDTH, HEIGHT = 96, 128
UNITS_PER_METRE = 3.7
WALL = 0.55

LENSES: Mapping[str, Lens] = {
    "GoPro 1": Lens((WIDTH, HEIGHT), (330, 332), (49, 63), (-2.0, 4.0), (0.02, -0.015)),
    "left.phone": Lens((WIDTH, HEIGHT), (345, 345), (46.5, 66), (1.2, -0.5, 0.0)),
    "c": Lens((WIDTH, HEIGHT), (320, 320), (48, 64), (1.6, -1.0, 0.3, 0.1), fisheye=True),
    "plain": Lens((WIDTH, HEIGHT), (350, 350), (48, 64)),
}
"""Cameras by name, each with a lens of another kind; their places are those of PLACES."""

PLACES = {"GoPro 1": 8, "left.phone": 5, "c": 9, "plain": 4}
MODELS = {"GoPro 1": "OPENCV", "left.phone": "RADIAL", "c": "OPENCV_FISHEYE", "plain": "PINHOLE"}


def true_pose(name: str) -> Array:
    """World to camera, metres, calibration world."""
    return world_to_camera(PLACES[name])


def solved_pose(name: str) -> Array:
    """The same pose as structure from motion gives it: of another scale, place and orientation."""
    turn = Rotation.from_euler("xyz", [2.0, -0.7, 1.1]).as_matrix()
    pose = true_pose(name)
    solved = np.eye(4)
    solved[:3, :3] = pose[:3, :3] @ turn
    solved[:3, 3] = UNITS_PER_METRE * pose[:3, 3] + pose[:3, :3] @ turn @ [3.0, -2.0, 9.0]
    return solved


@dataclass(frozen=True)
class Shot:
    """A picture without distortion: colours before a grey wall, and alpha, 0..1."""

    rgb: Array
    alpha: Array


@cache
def _head(timestep: int) -> Head:
    return Head(identity_of(3), pose_at(timestep * 9, 0))


def pinhole_shot(name: str, timestep: int, intrinsics: Array, width: int, height: int) -> Shot:
    """What a pinhole sees from a camera's place."""
    picture = render(_head(timestep), View(intrinsics, true_pose(name), width, height))
    alpha = picture.alpha[..., None]
    return Shot(picture.rgb * alpha + WALL * (1 - alpha), picture.alpha)


@cache
def recorded(name: str, timestep: int) -> tuple[Array, Array]:
    """What a camera records through its lens: colours and alpha, 0..1."""
    lens = LENSES[name]
    wide = lens.intrinsics() * [[2.0], [2.0], [1.0]]
    wide[:2, :2] /= 1.4
    shot = pinhole_shot(name, timestep, wide, 2 * WIDTH, 2 * HEIGHT)
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    distorted = (np.stack([x, y], -1) - lens.principal_point) / lens.focal
    points = undistorted(lens, distorted) * np.diag(wide)[:2] + wide[:2, 2] - 0.5
    layers = np.concatenate([shot.rgb, shot.alpha[..., None]], -1)
    where = [points[..., 1], points[..., 0]]
    sampled = [
        ndimage.map_coordinates(layer, where, order=1, mode="nearest")
        for layer in np.moveaxis(layers, -1, 0)
    ]
    pixels = np.stack(sampled, -1)
    return pixels[..., :3], pixels[..., 3]


def undistorted(lens: Lens, distorted: Array) -> Array:
    """The inverse of ``Lens.distort``, by fixed-point iteration."""
    points = distorted.copy()
    for _ in range(60):
        points = points + (distorted - lens.distort(points))
    return points


def write_recordings(
    folder: Path, n_frames: int = 3, *, names: Sequence[str] = tuple(LENSES), videos: bool = True
) -> None:
    """Writes ``recordings`` and ``masks``: a lossless mp4 or a folder of PNGs for each camera."""
    for name in names:
        shots = [recorded(name, timestep) for timestep in range(n_frames)]
        for kind, index in (("recordings", 0), ("masks", 1)):
            pictures = [np.rint(shot[index] * 255).astype(np.uint8) for shot in shots]
            if videos:
                write_video(folder / kind / f"{name}.mp4", pictures)
                continue
            (folder / kind / name).mkdir(parents=True)
            for number, picture in enumerate(pictures):
                # Names whose alphabetical order is not that of time.
                Image.fromarray(picture).save(folder / kind / name / f"{number + 8}.png")


def colmap_parameters(name: str) -> list[float]:
    """A lens in the order of its COLMAP model."""
    lens = LENSES[name]
    k, c = lens.radial, lens.principal_point
    return {
        "OPENCV": [*lens.focal, *c, *k[:2], *lens.tangential],
        "RADIAL": [lens.focal[0], *c, *k[:2]],
        "OPENCV_FISHEYE": [*lens.focal, *c, *k],
        "PINHOLE": [*lens.focal, *c],
    }[MODELS[name]]


def write_colmap(folder: Path, *, binary: bool, names: Sequence[str] = tuple(LENSES)) -> None:
    """Writes a sparse model with a picture NAME.png of each camera."""
    folder.mkdir(parents=True)
    images = []
    for number, name in enumerate(names, start=1):
        x, y, z, w = Rotation.from_matrix(solved_pose(name)[:3, :3]).as_quat()
        images.append((number, [w, x, y, z, *solved_pose(name)[:3, 3]], f"{name}.png"))
    if not binary:
        cameras = [
            f"{number} {MODELS[name]} {WIDTH} {HEIGHT} {_spaced(colmap_parameters(name))}"
            for number, name in enumerate(names, start=1)
        ]
        (folder / "cameras.txt").write_text("# Camera list\n" + "\n".join(cameras) + "\n")
        # The second line of a picture lists its points; one without points has an empty line.
        lines = [
            f"{n} {_spaced(pose)} {n} {name}\n{'1.5 2.5 7' if n > 1 else ''}"
            for n, pose, name in images
        ]
        (folder / "images.txt").write_text("# Image list\n" + "\n".join(lines) + "\n")
        return
    ids = {"PINHOLE": 1, "RADIAL": 3, "OPENCV": 4, "OPENCV_FISHEYE": 5}
    data = struct.pack("<Q", len(names))
    for number, name in enumerate(names, start=1):
        values = colmap_parameters(name)
        data += struct.pack("<IiQQ", number, ids[MODELS[name]], WIDTH, HEIGHT)
        data += struct.pack(f"<{len(values)}d", *values)
    (folder / "cameras.bin").write_bytes(data)
    data = struct.pack("<Q", len(images))
    for number, pose, name in images:
        data += struct.pack("<I7dI", number, *pose, number) + name.encode() + b"\0"
        data += struct.pack("<Q", number) + struct.pack("<ddq", 1.5, 2.5, -1) * number
    (folder / "images.bin").write_bytes(data)


def _spaced(values: Sequence[float] | Array) -> str:
    return " ".join(repr(float(value)) for value in values)


def write_transforms(path: Path, names: Sequence[str] = tuple(LENSES)) -> None:
    """Writes a ``transforms.json``: the first camera's intrinsics for all, others of their own."""
    frames = []
    for name in names:
        camera_to_world = np.linalg.inv(solved_pose(name)) @ np.diag([1.0, -1.0, -1.0, 1.0])
        frames.append(
            {"file_path": f"./images/{name}.png", "transform_matrix": camera_to_world.tolist()}
            | ({} if name == names[0] else _nerfstudio_lens(name))
        )
    content = _nerfstudio_lens(names[0]) | {"frames": frames}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def _nerfstudio_lens(name: str) -> dict[str, Any]:
    lens = LENSES[name]
    k = (*lens.radial, 0.0, 0.0, 0.0, 0.0)
    return {
        "camera_model": "OPENCV_FISHEYE" if lens.fisheye else "OPENCV",
        "w": WIDTH,
        "h": HEIGHT,
        "fl_x": lens.focal[0],
        "fl_y": lens.focal[1],
        "cx": lens.principal_point[0],
        "cy": lens.principal_point[1],
        **{f"k{i + 1}": k[i] for i in range(4)},
        "p1": lens.tangential[0],
        "p2": lens.tangential[1],
    }


def write_opencv(
    folder: Path, names: Sequence[str] = tuple(LENSES), *, easymocap: bool = False
) -> None:
    """Writes OpenCV's YAML: a file for each camera, or ``intri.yml`` and ``extri.yml``."""
    files: dict[str, str] = {}
    for name in names:
        lens, pose = LENSES[name], solved_pose(name)
        matrix = lens.intrinsics()
        matrix[:2, 2] -= 0.5  # counted from the first pixel's centre
        k = (*lens.radial, 0.0, 0.0, 0.0)
        coefficients = k[:4] if lens.fisheye else (*k[:2], *lens.tangential, k[2])
        vector = Rotation.from_matrix(pose[:3, :3]).as_rotvec()[:, None]
        lens_values = {"K": matrix, "dist": coefficients}
        pose_values = {"R": vector, "T": pose[:3, 3:]}
        if easymocap:
            pose_values["Rot"] = pose[:3, :3]
            for file, values in (("intri", lens_values), ("extri", pose_values)):
                text = "".join(_opencv(f"{key}_{name}", value) for key, value in values.items())
                files[file] = files.get(file, "") + text
        else:
            files[name] = (
                f"image_width: {WIDTH}\nimage_height: {HEIGHT}\n"
                f"fisheye_model: {int(lens.fisheye)}\n"
                + _opencv("camera_matrix", matrix)
                + _opencv("distortion_coefficients", coefficients)
                + "".join(_opencv(key, value) for key, value in pose_values.items())
            )
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / f"{file}.yml").write_text(f"%YAML:1.0\n---\n{text}")


def _opencv(key: str, value: Any) -> str:
    matrix = np.atleast_2d(np.asarray(value, float))
    numbers = ", ".join(repr(float(number)) for number in matrix.ravel())
    return (
        f"{key}: !!opencv-matrix\n   rows: {matrix.shape[0]}\n   cols: {matrix.shape[1]}\n"
        f"   dt: d\n   data: [ {numbers} ]\n"
    )


def write_metashape(
    path: Path, names: Sequence[str] = tuple(LENSES), *, component: bool = False, rig: bool = False
) -> None:
    """Writes Metashape's XML, with a camera behind the others that is not aligned.

    Args:
        path: of the file.
        names: of the cameras.
        component: poses are relative to a component with another scale, rotation and place.
        rig: all cameras but the first are slaves of it.
    """
    sensors, cameras, transform, scale = "", "", "", 1.0
    to_world = np.eye(4)
    if component:
        scale = 0.25
        to_world[:3, :3] = Rotation.from_euler("xyz", [0.3, -1.2, 2.0]).as_matrix()
        to_world[:3, 3] = [5.0, 6.0, -7.0]
        transform = (
            f"<transform><rotation>{_spaced(to_world[:3, :3].ravel())}</rotation><translation>"
            f"{_spaced(to_world[:3, 3])}</translation><scale>{scale}</scale></transform>"
        )
    poses = [np.linalg.inv(to_world) @ np.linalg.inv(solved_pose(name)) for name in names]
    for pose in poses:
        pose[:3, 3] /= scale
    for index, name in enumerate(names):
        lens = LENSES[name]
        k = (*lens.radial, 0.0, 0.0, 0.0, 0.0)
        values = {f"k{i + 1}": k[i] for i in range(4)}
        values |= {"f": lens.focal[1], "b1": lens.focal[0] - lens.focal[1]}
        values |= {"p1": lens.tangential[1], "p2": lens.tangential[0]}
        values |= {"cx": lens.principal_point[0] - WIDTH / 2}
        values |= {"cy": lens.principal_point[1] - HEIGHT / 2}
        inner = "".join(f"<{key}>{float(value)!r}</{key}>" for key, value in values.items())
        kind = "equidistant_fisheye" if lens.fisheye else "frame"
        size = f'<resolution width="{WIDTH}" height="{HEIGHT}"/>'
        sensors += (
            f'<sensor id="{index}" type="{kind}">{size}<calibration type="{kind}" '
            f'class="adjusted">{size}{inner}</calibration>'
        )
        attributes = f'id="{index}" sensor_id="{index}" component_id="0" label="{name}"'
        if rig and index:
            to_master = np.linalg.inv(poses[0]) @ poses[index]
            sensors += (
                f"<rotation>{_spaced(to_master[:3, :3].ravel())}</rotation>"
                f"<location>{_spaced(to_master[:3, 3])}</location>"
            )
            cameras += f'<camera {attributes} master_id="0"/>'
        else:
            pose = _spaced(poses[index].ravel())
            cameras += f"<camera {attributes}><transform>{pose}</transform></camera>"
        sensors += "</sensor>"
    cameras += '<camera id="9" sensor_id="0" label="not aligned"/>'
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<document version="1.5.0"><chunk>'
        f'<sensors>{sensors}</sensors><components><component id="0">{transform}</component>'
        f"</components><cameras>{cameras}</cameras></chunk></document>\n"
    )
