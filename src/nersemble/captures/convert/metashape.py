"""Agisoft Metashape's cameras (File > Export > Export Cameras, XML).

Source: Metashape's manual, appendix "Camera models". Poses are camera to world with OpenCV axes.
With x, y in the plane z = 1 its frame camera has

    x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + p1 (r^2 + 2 x^2) + 2 p2 x y
    y' = y (1 + k1 r^2 + k2 r^4 + k3 r^6) + p2 (r^2 + 2 y^2) + 2 p1 x y
    u = w/2 + cx + (f + b1) x',   v = h/2 + cy + f y'

so p1 and p2 are swapped compared with OpenCV. Its fisheye is Kannala and Brandt's.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import SolvedImage, checked_pose, make_lens
from nersemble.data_manager.poses import PoseConvention, as_world_to_camera
from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import read_text

_log = logging.getLogger("nersemble.data")

_DOCUMENTED: PoseConvention = "camera_to_world_opencv"
_MAX_BYTES = 1 << 25
_VALUES = ("f", "cx", "cy", "b1", "b2", "k1", "k2", "k3", "k4", "p1", "p2", "p3", "p4")


def read_metashape(path: Path) -> list[SolvedImage]:
    """Reads the cameras that are aligned and enabled, named by their labels.

    Raises:
        CaptureError: it is not such a file, no camera is aligned, or a lens type is not supported;
            names the file and the camera.
    """
    root = _parsed(path)
    # Each component of each chunk has its own coordinate system.
    worlds: dict[tuple[int, str], list[SolvedImage]] = {}
    for index, chunk in enumerate(root.iter("chunk")):
        sensors = {sensor.get("id"): sensor for sensor in chunk.iter("sensor")}
        for camera in chunk.iter("camera"):
            if (image := _image(camera, sensors, path)) is not None:
                worlds.setdefault((index, camera.get("component_id", "")), []).append(image)
    if not worlds:
        raise CaptureError(f"{path} has no aligned camera: align photos and export the cameras.")
    largest = max(worlds.values(), key=len)
    if len(worlds) > 1:
        _log.warning(
            "%s has %d chunks or components: the largest counts, with %d of %d cameras.",
            *(path, len(worlds), len(largest), sum(map(len, worlds.values()))),
        )
    return largest


def _image(
    camera: ElementTree.Element, sensors: Mapping[str | None, ElementTree.Element], path: Path
) -> SolvedImage | None:
    transform = camera.findtext("transform")
    if transform is None or camera.get("enabled", "true").lower() in ("0", "false"):
        return None
    name = camera.get("label", "").replace("\\", "/")
    where = f"{path}: camera {name}"
    sensor = sensors.get(camera.get("sensor_id"))
    if sensor is None or not name:
        raise CaptureError(f"{where} has no label or no sensor: export the cameras again.")
    camera_to_world = np.array(_numbers(transform, where))
    if camera_to_world.size != 16:
        raise CaptureError(f"{where} has a pose that is not a 4x4 matrix: export it again.")
    matrix = checked_pose(camera_to_world.reshape(4, 4), where)
    pose = as_world_to_camera(matrix, _DOCUMENTED)
    return SolvedImage(name, _lens(sensor, where), pose, documented=_DOCUMENTED)


def _parsed(path: Path) -> ElementTree.Element:
    try:
        text = read_text(path, _MAX_BYTES, encoding="utf-8-sig", linked=True)
        # Entities can expand a small file to any size; Metashape writes none.
        if "<!" in text.replace("<!--", ""):
            raise ValueError("it declares entities")
        return ElementTree.fromstring(text)
    except (OSError, ValueError, ElementTree.ParseError) as error:
        raise CaptureError(
            f"{path} cannot be read as Metashape's cameras ({reason_of(error)}): export them again."
        ) from error


def _numbers(text: str, where: str) -> list[float]:
    try:
        return [float(word) for word in text.split()]
    except ValueError as error:
        raise CaptureError(f"{where} has {text[:40]!r} for numbers: export it again.") from error


def _lens(sensor: ElementTree.Element, where: str) -> Lens:
    """The adjusted lens of a sensor."""
    found = sensor.findall("calibration")
    adjusted = [c for c in found if c.get("class") in (None, "adjusted")]
    if not adjusted:
        raise CaptureError(f"{where} has no adjusted calibration: align photos and export again.")
    calibration = adjusted[0]
    resolution = calibration.find("resolution")
    if resolution is None:
        resolution = sensor.find("resolution")
    sides = {} if resolution is None else resolution.attrib
    size = [_numbers(sides.get(side, "0"), where) for side in ("width", "height")]
    width, height = (int(side[0]) if side else 0 for side in size)
    values = dict.fromkeys(_VALUES, 0.0)
    for name in _VALUES:
        if (text := calibration.findtext(name)) is not None:
            values[name] = (_numbers(text, where) or [0.0])[0]
    kind = calibration.get("type", sensor.get("type", "frame"))
    fisheye = kind in ("fisheye", "equidistant_fisheye")
    if kind != "frame" and not fisheye:
        raise CaptureError(f"{where} has a lens of kind {kind}, which is not supported.")
    for name in ("b2", "p3", "p4", *(("p1", "p2") if fisheye else ("k4",))):
        if values[name]:
            raise CaptureError(
                f"{where} has {name} {values[name]}, which is not supported: fix it at 0 and "
                f"optimise the cameras again."
            )
    intrinsics = {
        "fx": values["f"] + values["b1"],
        "fy": values["f"],
        "cx": width / 2 + values["cx"],
        "cy": height / 2 + values["cy"],
    }
    distortion = {name: values[name] for name in ("k1", "k2", "k3", "k4")}
    swapped = {"p1": values["p2"], "p2": values["p1"]}
    model = "OPENCV_FISHEYE" if fisheye else "FULL_OPENCV"
    return make_lens(model, (width, height), intrinsics | distortion | swapped, where)
