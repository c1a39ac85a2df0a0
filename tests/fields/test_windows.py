"""How bands and tables open: the weights at a window value, and the window value at a step."""

import math

import pytest
import torch

from nersemble.fields.config import WindowConfig
from nersemble.fields.windows import WindowState, window_weights, windows_at, windows_for_rendering

_NONE_OPEN = 0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (_NONE_OPEN, [0, 0, 0, 0]),
        (1, [1, 0, 0, 0]),
        (1.5, [1, 0.5, 0, 0]),
        (2.25, [1, 1, 0.5 * (1 - math.sqrt(0.5)), 0]),
        (4, [1, 1, 1, 1]),
        (32, [1, 1, 1, 1]),
    ],
)
def test_weights_at_known_values(value: float, wanted: list[float]) -> None:
    torch.testing.assert_close(window_weights(value, 4), torch.tensor(wanted, dtype=torch.float32))


def test_all_32_tables_are_fully_open_at_32() -> None:
    assert (window_weights(32.0, 32) == 1).all()


def test_weights_grow_with_the_window_and_fall_with_the_band() -> None:
    curves = torch.stack([window_weights(a, 7) for a in torch.linspace(0, 7, 141).tolist()])
    assert (curves.diff(dim=0) >= 0).all()
    assert (curves.diff(dim=1) <= 0).all()
    assert curves.min() == 0
    assert curves.max() == 1


# (deformation, hash) for 7 bands and 32 tables, from section 5 of the specification.
@pytest.mark.parametrize(
    ("step", "deformation", "hash_"),
    [
        (0, 0.0, 1.0),
        (10_000, 3.5, 1.0),
        (20_000, 7.0, 1.0),
        (40_000, 7.0, 1.0),
        (50_000, 7.0, 8.75),
        (60_000, 7.0, 16.5),
        (80_000, 7.0, 32.0),
        (300_000, 7.0, 32.0),
    ],
)
def test_the_papers_schedule(step: int, deformation: float, hash_: float) -> None:
    state = windows_at(step, WindowConfig(), 7, 32)
    assert state.deformation == pytest.approx(deformation)
    assert state.hash == pytest.approx(hash_)


def test_the_schedule_of_sequence_124() -> None:
    config = WindowConfig(window_hash_encodings_begin=50_000, window_hash_encodings_end=100_000)
    found = [windows_at(step, config, 7, 32).hash for step in (49_999, 75_000, 99_999, 100_000)]
    assert found == pytest.approx([1, 16.5, 32, 32], abs=1e-3)


def test_an_end_of_0_means_no_window() -> None:
    config = WindowConfig(window_deform_end=0, window_hash_encodings_end=0)
    for step in (0, 1, 50_000):
        assert windows_at(step, config, 7, 32) == WindowState(7.0, 32.0)


def test_a_schedule_without_length_switches_at_once() -> None:
    config = WindowConfig(window_hash_encodings_begin=100, window_hash_encodings_end=100)
    assert [windows_at(step, config, 7, 8).hash for step in (99, 100, 101)] == [1, 8, 8]


def test_rendering_takes_the_windows_of_the_step_or_fully_open_ones() -> None:
    ours = WindowConfig()
    released = WindowConfig(windows_outside_training="final")
    for step in (0, 30_000, 60_000):
        assert windows_for_rendering(step, ours, 7, 32) == windows_at(step, ours, 7, 32)
        assert windows_for_rendering(step, released, 7, 32) == WindowState(7.0, 32.0)
    for step in (80_000, 300_000):
        quirk = windows_for_rendering(step, released, 7, 32)
        assert windows_for_rendering(step, ours, 7, 32) == quirk
