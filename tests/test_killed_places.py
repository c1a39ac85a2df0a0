"""Commands survive a kill wherever they touch the disk; ``kill_places.py`` tries every place."""

from pathlib import Path

import pytest

from kill_places import CASES, Killer, chosen

pytestmark = pytest.mark.slow

N_PLACES = 2
# Each starts an interpreter for its job.
N_PLACES_OF = {"fleet-submitit": 1}


@pytest.mark.parametrize("name", CASES)
def test_a_killed_command_leaves_nothing_half_and_goes_on(tmp_path: Path, name: str) -> None:
    killer = Killer(name, tmp_path)
    for place in chosen(killer.n_places, N_PLACES_OF.get(name, N_PLACES)):
        killer.kill_at(place)


@pytest.mark.parametrize("before_the_end", range(1, 6))
def test_old_pictures_never_stand_beside_a_new_calibration(
    tmp_path: Path, before_the_end: int
) -> None:
    killer = Killer("convert", tmp_path)
    killer.kill_at(killer.n_places - before_the_end)
