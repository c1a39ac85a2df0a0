"""Checks, before training, whether a capture's cameras and alpha maps fit one head."""

import dataclasses
import logging
from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.captures.findings import judge_capture
from nersemble.captures.rig_check import check_poses
from nersemble.captures.silhouettes import Hull, share_missing
from nersemble.config import RunConfig
from nersemble.data_manager.config import NO_CAMERAS
from nersemble.data_manager.dataset import Dataset, divide
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX, SceneBox
from nersemble.marching.marcher import intersect_box
from nersemble.rays.batch import RayBatch

# Warn if a larger share of the foreground misses the scene box.
_MUCH_MISSING = 0.05
# A box longer than this many default boxes is too large for a head: rays would need many steps,
# and steps would be too long.
_LARGEST_BOX = 1.5
# Cameras closer than this (model units, a tenth of a millimetre) see the same.
_ONE_PLACE = 1e-3
_RAYS_ALONG_SIDE = 65

_logger = logging.getLogger(__name__)


def check_geometry(dataset: Dataset, config: RunConfig) -> tuple[Dataset, RunConfig]:
    """Check the rig, some alpha maps and a picture a camera; warn of cameras that do not fit.

    Args:
        dataset: split as in ``config``.
        config: of a new run.

    Returns:
        The dataset without training cameras whose alpha maps contradict the others, and the
        matching configuration, with a scene box around the hull if the rig is not NeRSemble's.
        Cameras and boxes set by options are kept.

    Raises:
        CaptureError: the poses make sense only in another convention or unit, which it names; or
            the cameras see nothing that could be reconstructed.
    """
    capture, splits, data = dataset.capture, dataset.splits, config.data
    check_poses(capture, data.calibration)
    _check_places({serial: dataset.camera(serial) for serial in splits.train_serials})
    serials = (*splits.train_serials, *splits.eval_serials)
    findings, moments = judge_capture(capture, serials, splits.frame_numbers)
    if findings.inverted:
        _logger.warning("%s; make them white on the head.", findings.inverted)
    for problem in findings.of_all:
        _logger.warning("%s.", problem)
    hull = findings.hull
    without: tuple[str, ...] = ()
    if hull is not None:
        if not data.without_cameras and data.n_cameras == -1:
            without = tuple(s for s in splits.train_serials if s in hull.contradicting)
        if not config.model.scene_box and not any(serial in SERIALS for serial in serials):
            config = _with_box(config, hull)
    for serial, remark in findings.of_cameras.items():
        if serial in without:
            remedy = "it is left out; use it with --without_cameras none"
        else:
            remedy = f"leave it out with --without_cameras {serial}"
        _logger.warning("Camera %s %s: %s.", serial, remark, remedy)
    used = [s for moment in moments for s in moment if s.serial not in without]
    missing = share_missing(used, config.model.box(capture.participant))
    level = logging.WARNING if missing > _MUCH_MISSING else logging.INFO
    _logger.log(level, "%.1f %% of the foreground's rays miss the scene box.", 100 * missing)
    _check_rays(dataset, config, without)
    if without:
        held_out = splits.eval_serials or NO_CAMERAS
        data = dataclasses.replace(data, without_cameras=without, eval_cameras=held_out)
        dataset = dataclasses.replace(dataset, splits=divide(capture, data))
        config = dataclasses.replace(config, data=data)
    return dataset, config


def _check_places(cameras: Mapping[str, Camera]) -> None:
    """Raise CaptureError if all cameras are in one place, which reveals no depth."""
    first, *others = [camera.center_world for camera in cameras.values()]
    apart = max((float(torch.dist(first, other)) for other in others), default=torch.inf)
    if apart < _ONE_PLACE:
        x, y, z = first.tolist()
        raise CaptureError(
            f"All {len(cameras)} training cameras stand at one place ({x:.3g} {y:.3g} {z:.3g} in "
            "model units), so depth cannot be found: correct the poses of the calibration."
        )


def _check_rays(dataset: Dataset, config: RunConfig, without: Sequence[str]) -> None:
    """Warn of training cameras that have no ray through the scene box.

    Raises:
        CaptureError: none of them has one; the message names the cause.
    """
    box, marcher = config.model.box(dataset.capture.participant).tensor(), config.model.marcher
    serials = [s for s in dataset.splits.train_serials if s not in without]
    reached, blind = False, []
    for serial in serials:
        enter, leave = _box_distances(dataset.camera(serial), box)
        reached = reached or bool((leave > enter.clamp(min=0)).any())
        near, far = enter.clamp(min=marcher.near_plane), leave.clamp(max=marcher.far_plane)
        if not bool((near < far).any()):
            blind.append(serial)
    if len(blind) < len(serials):
        for serial in blind:
            _logger.warning("Camera %s has no ray through the scene box.", serial)
        return
    if reached:
        cause = (
            f"--near_plane {marcher.near_plane:g} and --far_plane {marcher.far_plane:g} exclude "
            "it: change them (model units, metres x 9)"
        )
    else:
        camera = dataset.camera(serials[0])
        focal = float(camera.intrinsics[0, 0])
        cause = (
            f"correct the calibration (the focal length of camera {serials[0]} is {focal:.3g} px, "
            f"in pictures {camera.width} px wide) or --scene_box"
        )
    raise CaptureError(f"No ray of any training camera meets the scene box: {cause}.")


def _box_distances(camera: Camera, box: Float[Tensor, "2 3"]) -> tuple[Tensor, Tensor]:
    """Where rays through a lattice of the picture's pixels enter and leave a box."""
    rows = torch.linspace(0, camera.height - 1, _RAYS_ALONG_SIDE).round().long()
    columns = torch.linspace(0, camera.width - 1, _RAYS_ALONG_SIDE).round().long()
    origins, directions = camera.rays(torch.cartesian_prod(rows, columns))
    return intersect_box(RayBatch.of_timestep(origins, directions, 0), box.to(origins))


def _with_box(config: RunConfig, hull: Hull) -> RunConfig:
    """The configuration with a box around the hull, if a head can be that large."""
    box = hull.box()
    if not hull.is_agreed or _longest_side(box) > _LARGEST_BOX * _longest_side(DEFAULT_SCENE_BOX):
        return config
    rounded = tuple(round(bound, 3) for bound in (*box.minimum, *box.maximum))
    return dataclasses.replace(config, model=dataclasses.replace(config.model, scene_box=rounded))


def _longest_side(box: SceneBox) -> float:
    return max(high - low for low, high in zip(box.minimum, box.maximum, strict=True))
