"""Whether a capture's cameras and alpha maps make one head, looked at before it is trained on."""

import dataclasses
import logging

from nersemble.captures.rig_check import check_poses, remarks
from nersemble.captures.silhouettes import Hull, carve, looked_at, read_silhouettes, share_missing
from nersemble.config import RunConfig
from nersemble.data_manager.dataset import NO_CAMERAS, Dataset, divide
from nersemble.data_manager.rig import SERIALS
from nersemble.geometry.scene_box import DEFAULT_SCENE_BOX, SceneBox

# More foreground beside the scene box is worth a warning.
_MUCH_MISSING = 0.05
# A box that is so many times as long as the default one is no head's: steps along rays would be
# many, and too long for what a head needs.
_LARGEST_BOX = 1.5

_logger = logging.getLogger(__name__)


def check_geometry(dataset: Dataset, config: RunConfig) -> tuple[Dataset, RunConfig]:
    """Looks at the rig and at some alpha maps, and says what is odd.

    Args:
        dataset: as ``config`` divides it.
        config: of a new run.

    Returns:
        The dataset without training cameras whose alpha maps contradict the others', and the
        configuration that says so, with a scene box around the hull if the rig is not NeRSemble's;
        unless options have decided that.

    Raises:
        CaptureError: the poses make sense only if they are read otherwise; names the options.
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
    """With a box around the hull, if it is one that a head can have."""
    box = hull.box()
    if not hull.is_agreed or _longest_side(box) > _LARGEST_BOX * _longest_side(DEFAULT_SCENE_BOX):
        return config
    rounded = tuple(round(bound, 3) for bound in (*box.minimum, *box.maximum))
    return dataclasses.replace(config, model=dataclasses.replace(config.model, scene_box=rounded))


def _longest_side(box: SceneBox) -> float:
    return max(high - low for low, high in zip(box.minimum, box.maximum, strict=True))
