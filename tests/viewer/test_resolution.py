"""The resolution settles where a moving picture takes as long as it may, and then rests."""

import pytest

from nersemble.viewer.renderer import (
    MIN_HEIGHT,
    MOVING_SECONDS,
    adapted_height,
    rays_at_once,
    refined_height,
)


@pytest.mark.parametrize("seconds_per_row_squared", [1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("fixed_seconds", [0.0, 0.02])
def test_it_settles_near_the_wanted_time(
    seconds_per_row_squared: float, fixed_seconds: float
) -> None:
    heights = [MIN_HEIGHT]
    for _ in range(12):
        seconds = fixed_seconds + seconds_per_row_squared * heights[-1] ** 2
        heights.append(adapted_height(heights[-1], seconds, 2000))
    assert len(set(heights[-4:])) == 1, heights
    final = fixed_seconds + seconds_per_row_squared * heights[-1] ** 2
    assert MOVING_SECONDS * 0.4 < final < MOVING_SECONDS * 1.4


def test_it_stays_within_its_bounds() -> None:
    assert adapted_height(64, 100.0, 500) == MIN_HEIGHT
    assert adapted_height(400, 1e-9, 500) == 500
    assert adapted_height(400, 0.1, 300) == 300
    assert adapted_height(100, 0.1, 20) == 20


@pytest.mark.parametrize("maximum", [16, 40, 100, 1080])
@pytest.mark.parametrize("first", [16, 32, 56, 700])
def test_refinement_ends_with_the_full_picture_at_little_extra_cost(
    first: int, maximum: int
) -> None:
    heights = [min(first, maximum)]
    while (height := refined_height(heights[-1], maximum)) is not None:
        heights.append(height)
    assert heights[-1] == maximum
    assert heights == sorted(set(heights))
    assert sum(h**2 for h in heights[:-1]) < 0.9 * maximum**2 or len(heights) == 1


def test_parts_grow_with_the_speed() -> None:
    assert rays_at_once(50_000, 0.1) == 5000
    assert rays_at_once(1.0, 0.1) == rays_at_once(0.0, 0.1) > 0
    assert rays_at_once(1e12, 0.1) == 2**16
