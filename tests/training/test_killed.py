"""A training that is killed at any moment goes on, to the same end."""

from pathlib import Path

import pytest

from killing import Killer


@pytest.mark.slow
def test_killed_eight_times_half_of_them_while_saving(tmp_path: Path) -> None:
    kills = list(Killer(tmp_path, seed=7).kills(8))
    assert sum("while saving" in kill.how for kill in kills) == 4
