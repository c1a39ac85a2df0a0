"""The recording rig: camera ids, roles and the sensor (spec, section 1).

A serial names a camera for good; its id is only its place in the rig's list. Nothing relies on
there being 16: an unknown serial, from a capture of one's own, gets an id after the known ones.
"""

from collections.abc import Iterable

SERIALS: tuple[str, ...] = (
    "222200042",
    "222200044",
    "222200046",
    "222200040",
    "222200036",
    "222200048",
    "220700191",
    "222200041",
    "222200037",
    "222200038",
    "222200047",
    "222200043",
    "222200049",
    "222200039",
    "222200045",
    "221501007",
)
"""The rig's serials by camera id."""

TRAIN_CAMERA_IDS: tuple[int, ...] = (8, 7, 9, 4, 10, 5, 13, 2, 12, 1, 14, 0)
"""Training cameras, the most important first."""

EVAL_CAMERA_IDS: tuple[int, ...] = (3, 6, 11, 15)
"""Cameras held out for evaluation."""

SENSOR_WIDTH = 2200
SENSOR_HEIGHT = 3208
FRAMES_PER_SECOND = 73


def assign_camera_ids(serials: Iterable[str]) -> dict[str, int]:
    """The camera id of every serial: the rig's own, else counting on from the rig's last.

    Unknown serials are numbered in the order given, so that their ids never collide with the
    rig's and they never become training or evaluation cameras of the rig by accident.
    """
    known = {serial: camera_id for camera_id, serial in enumerate(SERIALS)}
    ids: dict[str, int] = {}
    following = len(SERIALS)
    for serial in serials:
        if serial in known:
            ids[serial] = known[serial]
        elif serial not in ids:
            ids[serial] = following
            following += 1
    return ids
