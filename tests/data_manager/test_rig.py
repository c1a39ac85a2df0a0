"""Camera ids and roles of the rig."""

from nersemble.data_manager.rig import (
    EVAL_CAMERA_IDS,
    SERIALS,
    TRAIN_CAMERA_IDS,
    assign_camera_ids,
)


def test_every_camera_of_the_rig_has_exactly_one_role() -> None:
    assert sorted(TRAIN_CAMERA_IDS + EVAL_CAMERA_IDS) == list(range(len(set(SERIALS))))


def test_known_serials_keep_their_ids_and_unknown_ones_follow() -> None:
    ids = assign_camera_ids(["mine-b", SERIALS[8], "mine-a", SERIALS[0]])
    assert ids == {"mine-b": 16, SERIALS[8]: 8, "mine-a": 17, SERIALS[0]: 0}


def test_more_cameras_than_the_rig_has_get_distinct_ids() -> None:
    serials = [*SERIALS, *(f"extra{i}" for i in range(20))]
    assert sorted(assign_camera_ids(serials).values()) == list(range(36))
