"""Whether a capture's cameras and alpha maps make one head, looked at before it is trained on."""

import dataclasses
import logging

from nersemble.captures.rig_check import check_poses, remarks
from nersemble.captures.silhouettes import carve, looked_at, read_silhouettes, share_missing
from nersemble.data_manager.dataset import NO_CAMERAS, DataConfig, Dataset, divide
from nersemble.geometry.scene_box import scene_box_for

# More foreground beside the scene box is worth a warning.
_MUCH_MISSING = 0.05

_logger = logging.getLogger(__name__)


def check_geometry(dataset: Dataset, config: DataConfig) -> Dataset:
    """Looks at the rig and at some alpha maps, and says what is odd.

    Args:
        dataset: as ``config`` divides it.
        config: where nothing says which cameras are left out, the training cameras whose alpha maps
            contradict the others' are.

    Returns:
        The dataset without these cameras.

    Raises:
        CaptureError: the poses make sense only if they are read otherwise; names the options.
    """
    capture, splits = dataset.capture, dataset.splits
    check_poses(capture, config.calibration)
    serials = (*splits.train_serials, *splits.eval_serials)
    moments = read_silhouettes(capture, serials, looked_at(splits.frame_numbers))
    odd = remarks({serial: dataset.camera(serial) for serial in serials})
    hull = carve(moments)
    without: tuple[str, ...] = ()
    if hull is not None:
        odd |= hull.remarks()
        if not config.without_cameras and config.n_cameras == -1:
            without = tuple(s for s in splits.train_serials if s in hull.contradicting)
    for serial, remark in odd.items():
        if serial in without:
            remedy = "it is left out; use it with --without_cameras none"
        else:
            remedy = f"leave it out with --without_cameras {serial}"
        _logger.warning("Camera %s %s: %s.", serial, remark, remedy)
    box = scene_box_for(capture.participant)
    used = [s for moment in moments for s in moment if s.serial not in without]
    missing = share_missing(used, box)
    level = logging.WARNING if missing > _MUCH_MISSING else logging.INFO
    _logger.log(level, "%.1f %% of the foreground's rays miss the scene box.", 100 * missing)
    if not without:
        return dataset
    chosen = dataclasses.replace(
        config, without_cameras=without, eval_cameras=splits.eval_serials or NO_CAMERAS
    )
    return dataclasses.replace(dataset, splits=divide(capture, chosen))
