"""A sequence divided into segments: nothing is left out, and pictures fade without a jump."""

import itertools

import pytest

from nersemble.data_manager.config import SegmentConfig
from nersemble.data_manager.segments import Segment, plan_segments, weights_at
from nersemble.errors import ConfigError


@pytest.mark.parametrize("n_timesteps", [1, 7, 31, 259, 514, 1118])
@pytest.mark.parametrize(("longest", "overlap"), [(3, 1), (5, 0), (30, 10), (300, 16)])
def test_segments_cover_every_timestep_and_share_the_overlap(
    n_timesteps: int, longest: int, overlap: int
) -> None:
    segments = plan_segments(n_timesteps, SegmentConfig(longest, overlap))
    assert (segments[0].first, segments[-1].end) == (0, n_timesteps)
    assert all(a.end - b.first == overlap for a, b in itertools.pairwise(segments))
    lengths = [s.end - s.first for s in segments]
    assert max(lengths) <= longest
    assert max(lengths) - min(lengths) <= 1
    assert len(segments) == 1 or n_timesteps > longest


@pytest.mark.parametrize(("n_timesteps", "longest", "overlap"), [(31, 9, 3), (1118, 300, 16)])
def test_weights_fade_evenly_from_each_segment_to_the_next(
    n_timesteps: int, longest: int, overlap: int
) -> None:
    segments = plan_segments(n_timesteps, SegmentConfig(longest, overlap))
    rows = [weights_at(segments, timestep) for timestep in range(n_timesteps)]
    assert all(sum(row.values()) == pytest.approx(1) for row in rows)
    assert all(weight > 0 for row in rows for weight in row.values())
    for before, after in itertools.pairwise(rows):
        jumps = [abs(before.get(i, 0) - after.get(i, 0)) for i in range(len(segments))]
        assert max(jumps) <= 1 / (overlap + 1) + 1e-9


def test_the_later_segment_takes_over_in_equal_steps() -> None:
    segments = (Segment(0, 6), Segment(3, 9))
    assert weights_at(segments, 2) == {0: 1.0}
    assert [weights_at(segments, t)[1] for t in (3, 4, 5, 6)] == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("longest", "overlap", "named"),
    [(-1, 0, "--segment_timesteps"), (9, -1, "--segment_overlap"), (9, 4, "a third")],
)
def test_options_that_leave_gaps_or_meet_thrice_are_refused(
    longest: int, overlap: int, named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        SegmentConfig(longest, overlap)


def test_between_timesteps_a_segment_stays_within_its_own() -> None:
    fading, apart = (Segment(0, 6), Segment(3, 9)), (Segment(0, 5), Segment(5, 9))
    assert weights_at(fading, 3.5)[1] == pytest.approx(0.375)
    assert weights_at(fading, 5.5) == {1: 1.0}
    # Neither has a model of the time between 4 and 5.
    assert [weights_at(apart, t) for t in (4.4, 4.6)] == [{0: 1.0}, {1: 1.0}]
    assert [apart[0].nearest(4.4), apart[1].nearest(4.6), apart[1].nearest(6.5)] == [4, 0, 1.5]
