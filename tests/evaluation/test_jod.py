"""JOD: order, frame rate, single frames, and what happens without pyfvvdp."""

import sys
from itertools import pairwise

import numpy as np
import pytest
import torch

from nersemble.errors import MissingDependencyError
from nersemble.evaluation import jod as jod_module
from nersemble.evaluation.jod import jod

HEIGHT, WIDTH = 72, 50


def clip(n_frames: int) -> list[np.ndarray]:
    """A bright bar that moves to the right over a gradient."""
    row, column = np.mgrid[0:HEIGHT, 0:WIDTH]
    background = np.stack([row * 2, column * 3, row + column], -1)
    frames = []
    for frame in range(n_frames):
        picture = background.copy()
        picture[:, 6 * frame : 6 * frame + 8] = 230
        frames.append(picture.astype(np.uint8))
    return frames


def noisy(frames: list[np.ndarray], amplitude: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [
        np.clip(f + rng.integers(-amplitude, amplitude + 1, f.shape), 0, 255).astype(np.uint8)
        for f in frames
    ]


def test_perfect_video_scores_ten_and_noise_lowers_it_monotonically() -> None:
    truths = clip(4)
    scores = [jod(noisy(truths, amplitude), truths, 24.0) for amplitude in (0, 10, 40, 120)]
    assert scores[0] == pytest.approx(10.0)
    assert all(better > worse for better, worse in pairwise(scores))


@pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")
def test_frames_are_handed_over_with_the_right_axes() -> None:
    from pyfvvdp import fvvdp

    truths = clip(3)
    predictions = noisy(truths, 30)
    video = [
        torch.from_numpy(np.stack(frames)).permute(3, 0, 1, 2)[None].float() / 255
        for frames in (predictions, truths)
    ]
    expected, _ = fvvdp(device=torch.device("cpu")).predict(
        *video, dim_order="BCFHW", frames_per_second=30.0
    )
    assert jod(predictions, truths, 30.0) == pytest.approx(float(expected), abs=1e-4)


def test_frame_rate_matters_but_never_falls_below_its_minimum() -> None:
    truths = clip(5)
    predictions = [truths[0]] * 5
    slowest = jod(predictions, truths, 4.1)
    assert jod(predictions, truths, 1.0) == slowest
    assert jod(predictions, truths, 73.0) != pytest.approx(slowest, abs=1e-3)


def test_one_frame_is_a_still_picture_whatever_the_rate() -> None:
    truths = clip(1)
    predictions = noisy(truths, 40)
    score = jod(predictions, truths, 5.0)
    assert 0.0 < score < 10.0
    assert jod(predictions, truths, 73.0) == score
    assert jod(truths, truths, 73.0) == pytest.approx(10.0)


def test_another_size_after_the_first_is_no_trouble() -> None:
    truths = [frame[:40] for frame in clip(2)]
    assert jod(clip(2), clip(2), 24.0) == pytest.approx(jod(truths, truths, 24.0))


def test_no_or_unpaired_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="0 predictions for 0"):
        jod([], [], 24.0)
    with pytest.raises(ValueError, match="2 predictions for 3"):
        jod(clip(2), clip(3), 24.0)


def test_without_pyfvvdp_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    jod_module._metric.cache_clear()
    monkeypatch.setitem(sys.modules, "pyfvvdp", None)
    with pytest.raises(MissingDependencyError, match="pip install pyfvvdp"):
        jod(clip(1), clip(1), 24.0)
