"""Checks, before training, whether a capture's cameras and alpha maps fit one head."""

import dataclasses
import logging

from nersemble.captures.rig_check import check_poses, remarks
from nersemble.captures.silhouettes import Hull, carve, looked_at, read_silhouettes, share_missing
from nersemble.config import RunConfig
from nersemble.data_manager.dataset import NO_CAMERAS, Dataset, divide
from nersemble.data_manager.rig import SERIALS
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX, SceneBox

# Warn if a larger share of the foreground misses the scene box.
_MUCH_MISSING = 0.05
# A box longer than this many default boxes does not hold a head: rays would need many steps, and
# the steps would be too long for a head.
_LARGEST_BOX = 1.5

_logger = logging.getLogger(__name__)


def check_geometry(dataset: Dataset, config: RunConfig) -> tuple[Dataset, RunConfig]:
    """Checks the rig and some alpha maps, and warns of cameras that do not fit.

    Args:
        dataset: as ``config`` divides it.
        config: of a new run.

    Returns:
        The dataset without training cameras whose alpha maps contradict the others, and the
        configuration that says so, with a scene box around the hull if the rig is not NeRSemble's.
        Cameras and box that options set are kept.

    Raises:
        CaptureError: the poses make sense only in another convention or unit; names the options.
    """
    capture, splits, data = dataset.capture, dataset.splits, config.data
    check_poses(capture, data.calibration)
    serials = (*splits.train_serials, *splits.eval_serials)
    moments = read_silhouettes(capture, serials, looked_at(splits.frame_numbers))
    odd = remarks({serial: dataset.camera(serial) for serial in serials})
    hull = carve(moments)
    without: tuple[str, ...] = ()
    if hull is not None:
        odd |= hull.remarks()
        if not data.without_cameras and data.n_cameras == -1:
            without = tuple(s for s in splits.train_serials if s in hull.contradicting)
        if not config.model.scene_box and not any(serial in SERIALS for serial in serials):
            config = _with_box(config, hull)
    for serial, remark in odd.items():
        if serial in without:
            remedy = "it is left out; use it with --without_cameras none"
        else:
            remedy = f"leave it out with --without_cameras {serial}"
        _logger.warning("Camera %s %s: %s.", serial, remark, remedy)
    used = [s for moment in moments for s in moment if s.serial not in without]
    missing = share_missing(used, config.model.box(capture.participant))
    level = logging.WARNING if missing > _MUCH_MISSING else logging.INFO
    _logger.log(level, "%.1f %% of the foreground's rays miss the scene box.", 100 * missing)
    if without:
        held_out = splits.eval_serials or NO_CAMERAS
        data = dataclasses.replace(data, without_cameras=without, eval_cameras=held_out)
        dataset = dataclasses.replace(dataset, splits=divide(capture, data))
        config = dataclasses.replace(config, data=data)
    return dataset, config


def _with_box(config: RunConfig, hull: Hull) -> RunConfig:
    """The configuration with a box around the hull, if a head can be that large."""
    box = hull.box()
    if not hull.is_agreed or _longest_side(box) > _LARGEST_BOX * _longest_side(DEFAULT_SCENE_BOX):
        return config
    rounded = tuple(round(bound, 3) for bound in (*box.minimum, *box.maximum))
    return dataclasses.replace(config, model=dataclasses.replace(config.model, scene_box=rounded))


def _longest_side(box: SceneBox) -> float:
    return max(high - low for low, high in zip(box.minimum, box.maximum, strict=True))
