"""Which timesteps are evaluated, at which rate JOD plays them, and the folder's name."""

from itertools import pairwise

import pytest

from nersemble.errors import ConfigError
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.protocol import evaluation_folder_name, evaluation_timesteps, jod_fps
from nersemble.marching.config import GridFilterConfig


def chosen(n_timesteps: int, config: EvaluationConfig, start: int = 0, skip: int = 1) -> list[int]:
    frame_numbers = range(start, start + n_timesteps * skip, skip)
    return evaluation_timesteps(n_timesteps, frame_numbers, config)


def test_fifteen_timesteps_of_a_known_sequence_length() -> None:
    # numpy.linspace(0, 474, 15, dtype=int), as the release draws them for 475 timesteps. The eighth
    # is 236.99999999999997 before it is rounded down.
    assert chosen(475, EvaluationConfig()) == [
        0, 33, 67, 101, 135, 169, 203, 236, 270, 304, 338, 372, 406, 440, 474,
    ]  # fmt: skip


@pytest.mark.parametrize("maximum", [1, 2, 3, 15, 50])
def test_spaced_timesteps_are_distinct_even_and_reach_both_ends(maximum: int) -> None:
    for n_timesteps in (*range(1, 120), 257, 475, 1118):
        timesteps = chosen(n_timesteps, EvaluationConfig(max_eval_timesteps=maximum))
        assert len(timesteps) == min(maximum, n_timesteps)
        assert timesteps[0] == 0
        assert timesteps[-1] == (n_timesteps - 1 if maximum > 1 else 0)
        distances = {b - a for a, b in pairwise(timesteps)}
        # Rounding down, where floating point is a hair low at a whole number, widens by one more.
        assert min(distances, default=1) >= 1
        assert max(distances, default=0) - min(distances, default=0) <= 2


def test_all_timesteps() -> None:
    assert chosen(40, EvaluationConfig(max_eval_timesteps=-1)) == list(range(40))


def test_every_third_frame_goes_by_the_captures_frame_number() -> None:
    config = EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3)
    # Frames 95, 96, ... 104: timestep 1 is frame 96.
    assert chosen(10, config, start=95) == [1, 4, 7]
    # Trained on every second frame from 0: 0, 6, 12 are divisible.
    assert chosen(8, config, skip=2) == [0, 3, 6]


def test_skip_picks_among_the_spaced_timesteps() -> None:
    both = EvaluationConfig(max_eval_timesteps=3, skip_timesteps=2)
    assert chosen(24, both) == [0]  # of 0, 11, 23


def test_nothing_left_to_evaluate_says_which_frames_there_were() -> None:
    config = EvaluationConfig(max_eval_timesteps=2, skip_timesteps=7)
    with pytest.raises(ConfigError, match=r"--skip_timesteps 7 .*\(95, 104\)"):
        chosen(10, config, start=95)


def test_frame_numbers_must_match_the_timesteps() -> None:
    with pytest.raises(ValueError, match="3 frame numbers for 4"):
        evaluation_timesteps(4, [0, 1, 2], EvaluationConfig())


@pytest.mark.parametrize(
    ("n_timesteps", "training_skip", "config", "fps"),
    [
        (475, 1, EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3), 73 / 3),
        (200, 2, EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3), 73 / 6),
        (150, 1, EvaluationConfig(), 73 / 10),
        (60, 2, EvaluationConfig(), 73 / 8),
        (60, 1, EvaluationConfig(max_eval_timesteps=30), 73 / 2),
        (475, 1, EvaluationConfig(), 4.1),  # 2.3
        (24, 1, EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=50), 4.1),  # 1.46
        (24, 1, EvaluationConfig(max_eval_timesteps=-1), 73.0),
        (12, 1, EvaluationConfig(), 73.0),  # all 12, one after the other
        (1, 1, EvaluationConfig(), 73.0),
    ],
)
def test_jod_frame_rate(
    n_timesteps: int, training_skip: int, config: EvaluationConfig, fps: float
) -> None:
    rate = jod_fps(config, n_timesteps=n_timesteps, training_skip=training_skip)
    assert rate == pytest.approx(fps)


@pytest.mark.parametrize(
    ("n_timesteps", "training_skip", "config", "fps"),
    [
        (10, 1, EvaluationConfig(), 73 * 1.5),  # n / 15 is below 1
        (3, 2, EvaluationConfig(), 73 / 2 * 5),
        (150, 1, EvaluationConfig(), 73 / 10),
        (475, 1, EvaluationConfig(), 4.1),
        (10, 1, EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3), 73 / 3),
        (10, 1, EvaluationConfig(max_eval_timesteps=-1), 73.0),
    ],
)
def test_jod_frame_rate_of_the_release(
    n_timesteps: int, training_skip: int, config: EvaluationConfig, fps: float
) -> None:
    rate = jod_fps(config, n_timesteps=n_timesteps, training_skip=training_skip, repeats=True)
    assert rate == pytest.approx(fps)


def test_the_release_repeats_timesteps_where_there_are_fewer_than_asked_for() -> None:
    drawn = evaluation_timesteps(4, range(4), EvaluationConfig(max_eval_timesteps=7), repeats=True)
    assert drawn == [0, 0, 1, 1, 2, 2, 3]  # 0, 0.5, 1, ... rounded down
    both = EvaluationConfig(max_eval_timesteps=7, skip_timesteps=2)
    assert evaluation_timesteps(4, range(4), both, repeats=True) == [0, 0, 2, 2]
    for config in (EvaluationConfig(), EvaluationConfig(max_eval_timesteps=-1)):
        assert evaluation_timesteps(475, range(475), config, repeats=True) == chosen(475, config)


@pytest.mark.parametrize(
    ("config", "suffix"),
    [
        (EvaluationConfig(), "_max_eval_timesteps_15"),
        (EvaluationConfig(max_eval_timesteps=-1), ""),
        (EvaluationConfig(max_eval_timesteps=-1, skip_timesteps=3), "_skip_timesteps_3"),
        (EvaluationConfig(skip_timesteps=1), "_max_eval_timesteps_15"),
        (
            EvaluationConfig(
                max_eval_timesteps=4, skip_timesteps=2, grid_filter=GridFilterConfig(False)
            ),
            "_max_eval_timesteps_4_skip_timesteps_2_no-occupancy-grid-filtering",
        ),
        (
            EvaluationConfig(max_eval_timesteps=-1, grid_filter=GridFilterConfig(False)),
            "_no-occupancy-grid-filtering",
        ),
    ],
)
def test_folder_name(config: EvaluationConfig, suffix: str) -> None:
    assert evaluation_folder_name(300_000, config) == "checkpoint_300000" + suffix


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_rays_eval", 0),
        ("max_eval_timesteps", 0),
        ("max_eval_timesteps", -2),
        ("skip_timesteps", 0),
    ],
)
def test_options_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=f"--{name} is {value}"):
        EvaluationConfig(**{name: value})
