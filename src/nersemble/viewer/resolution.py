"""How many rows a picture gets: few while something moves, step by step all when nothing does."""

import math

MIN_HEIGHT = 32
MOVING_SECONDS = 0.12
"""What a picture may take while something moves."""

_MIN_RAYS = 2048  # fewer hardly take less time
_STEP = 8
_TOLERATED = (0.5, 1.3)
_MOST_GROWTH = 2.0


def adapted_height(height: int, seconds: float, max_height: int) -> int:
    """Rows of the next moving picture, from what the last one took.

    A picture's time grows with its rows squared. Times near the wanted one change nothing, so that
    the resolution does not flicker.

    Args:
        height: rows of the last moving picture.
        seconds: what it took.
        max_height: rows at most.
    """
    share = MOVING_SECONDS / max(seconds, 1e-6)
    if not _TOLERATED[0] <= 1 / share <= _TOLERATED[1]:
        height = round(height * min(math.sqrt(share), _MOST_GROWTH) / _STEP) * _STEP
    return min(max(height, MIN_HEIGHT), max_height)


def refined_height(height: int, max_height: int) -> int | None:
    """Rows of the picture that follows one with ``height`` rows when nothing moves; None after
    the last. All but the last together cost a third of it."""
    if height >= max_height:
        return None
    # A last step that hardly adds anything is not worth its time.
    return max_height if height * 2 >= max_height * 0.75 else height * 2


def rays_at_once(rays_per_second: float, seconds: float) -> int:
    """Rays of a part of a picture that takes about as long as it may hold up others."""
    return max(_MIN_RAYS, min(2**16, int(rays_per_second * seconds)))
