"""Agisoft Metashape's cameras (File > Export > Export Cameras, XML).

Source: Metashape's manual, appendix "Camera models". Poses are camera to world with OpenCV axes.
With x, y in the plane z = 1 its frame camera has

    x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + p1 (r^2 + 2 x^2) + 2 p2 x y
    y' = y (1 + k1 r^2 + k2 r^4 + k3 r^6) + p2 (r^2 + 2 y^2) + 2 p1 x y
    u = w/2 + cx + (f + b1) x',   v = h/2 + cy + f y'

so p1 and p2 are swapped compared with OpenCV. Its fisheye is the model of Kannala and Brandt.

Poses are in the coordinates of their component. The component's transform, or else the chunk's,
maps them to the chunk's reference system, whose unit is the metre if the chunk is scaled. A slave
camera of a rig has no pose: its sensor's location and rotation map it to its master camera.
"""

import logging
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from nersemble.captures.convert.lens import Lens
from nersemble.captures.convert.solved import SolvedImage, make_lens
from nersemble.captures.convert.xml_file import read_xml
from nersemble.data_manager.config import PoseConvention
from nersemble.data_manager.poses import as_world_to_camera, rigid_pose
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

_DOCUMENTED: PoseConvention = "camera_to_world_opencv"
_VALUES = ("f", "cx", "cy", "b1", "b2", "k1", "k2", "k3", "k4", "p1", "p2", "p3", "p4")


def read_metashape(path: Path) -> list[SolvedImage]:
    """Reads the aligned and enabled cameras, named by their labels.

    Raises:
        CaptureError: the file is not Metashape's, no camera is aligned, or a lens type is not
            supported; names the file and the camera.
    """
    root = read_xml(path, "Metashape's cameras")
    # Each component of each chunk has its own coordinate system.
    worlds: dict[tuple[int, str], list[SolvedImage]] = {}
    for index, element in enumerate(root.iter("chunk")):
        chunk = _Chunk(element, path)
        for camera in chunk.cameras.values():
            if (image := chunk.image(camera)) is not None:
                worlds.setdefault((index, camera.get("component_id", "")), []).append(image)
    if not worlds:
        raise CaptureError(f"{path} has no aligned camera: align photos and export the cameras.")
    largest = max(worlds.values(), key=len)
    if len(worlds) > 1:
        _log.warning(
            "%s has %d chunks or components: using the largest, with %d of %d cameras.",
            *(path, len(worlds), len(largest), sum(map(len, worlds.values()))),
        )
    return largest


class _Chunk:
    """The cameras of a chunk, whose poses are relative to sensors, masters and components."""

    def __init__(self, chunk: ElementTree.Element, path: Path) -> None:
        self._path = path
        self._sensors = {sensor.get("id"): sensor for sensor in chunk.iter("sensor")}
        self.cameras = {camera.get("id", ""): camera for camera in chunk.iter("camera")}
        self._transform = chunk.find("transform")
        self._transforms = {c.get("id"): c.find("transform") for c in chunk.iter("component")}

    def image(self, camera: ElementTree.Element) -> SolvedImage | None:
        """A camera with its pose; None if it is not aligned or not enabled."""
        if camera.get("enabled", "true").lower() in ("0", "false"):
            return None
        name = camera.get("label", "").replace("\\", "/")
        where = f"{self._path}: camera {name}"
        in_component = self._in_component(camera, where)
        if in_component is None:
            return None
        sensor = self._sensors.get(camera.get("sensor_id"))
        if sensor is None or not name:
            raise CaptureError(f"{where} has no label or no sensor: export the cameras again.")
        own = self._transforms.get(camera.get("component_id"))
        transform = self._transform if own is None else own
        camera_to_world = rigid_pose(_transformed(in_component, transform, where), f"{where}: pose")
        pose = as_world_to_camera(camera_to_world, _DOCUMENTED)
        return SolvedImage(name, _lens(sensor, where), pose, documented=_DOCUMENTED)

    def _in_component(self, camera: ElementTree.Element, where: str) -> np.ndarray | None:
        """Camera to component; a slave camera's pose is computed from its master's."""
        if (text := camera.findtext("transform")) is not None:
            return _matrix(text, (4, 4), where)
        master = self.cameras.get(camera.get("master_id", ""))
        to_chunk = None if master is None else master.findtext("transform")
        if to_chunk is None:
            return None
        sensor = self._sensors.get(camera.get("sensor_id"))
        parts = [None if sensor is None else sensor.findtext(n) for n in ("rotation", "location")]
        if parts[0] is None or parts[1] is None:
            raise CaptureError(
                f"{where} belongs to a rig, but its sensor has no location and rotation: align the "
                f"cameras as a rig and export them again."
            )
        to_master = np.eye(4)
        to_master[:3, :3] = _matrix(parts[0], (3, 3), where)
        to_master[:3, 3] = _matrix(parts[1], (3,), where)
        return _matrix(to_chunk, (4, 4), where) @ to_master


def _transformed(pose: np.ndarray, transform: ElementTree.Element | None, where: str) -> np.ndarray:
    """Applies the component's rotation, scale and translation to a camera-to-component pose."""
    texts = {} if transform is None else {part.tag: part.text or "" for part in transform}
    rotation = _matrix(texts.get("rotation", "1 0 0 0 1 0 0 0 1"), (3, 3), where)
    translation = _matrix(texts.get("translation", "0 0 0"), (3,), where)
    scale = float(_matrix(texts.get("scale", "1"), (1,), where)[0])
    if not scale > 0:
        raise CaptureError(f"{where} has a scale of {scale}: export the cameras again.")
    world = pose.copy()
    world[:3, :3] = rotation @ pose[:3, :3]
    world[:3, 3] = scale * rotation @ pose[:3, 3] + translation
    return world


def _matrix(text: str, shape: tuple[int, ...], where: str) -> np.ndarray:
    numbers = np.array(_numbers(text, where))
    if numbers.size != np.prod(shape):
        sides = "x".join(map(str, shape))
        raise CaptureError(f"{where} has a pose that is not a {sides} matrix: export it again.")
    return numbers.reshape(shape)


def _numbers(text: str, where: str) -> list[float]:
    try:
        return [float(word) for word in text.split()]
    except ValueError as error:
        raise CaptureError(f"{where} has {text[:40]!r} as numbers: export it again.") from error


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
        raise CaptureError(f"{where} has a lens of type {kind}, which is not supported.")
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
