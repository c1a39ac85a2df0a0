"""A long sequence in overlapping segments: their timesteps and cross-fading.

Segments are our addition; the method (method.md, Field) has one model for all timesteps.
"""

from dataclasses import dataclass

from nersemble.data_manager.config import SegmentConfig


@dataclass(frozen=True)
class Segment:
    """The timesteps ``first`` to ``end - 1`` of a sequence."""

    first: int
    end: int

    def nearest(self, timestep: float) -> float:
        """Converts a timestep of the sequence to the nearest one of the segment, counted from 0."""
        return min(max(timestep - self.first, 0), self.end - 1 - self.first)


def plan_segments(n_timesteps: int, config: SegmentConfig) -> tuple[Segment, ...]:
    """Divides timesteps 0..n-1 into segments of nearly equal length.

    Neighbours share exactly ``segment_overlap`` timesteps and none is longer than
    ``segment_timesteps``. A sequence that is no longer than that, or not to be divided, is one
    segment.
    """
    longest, overlap = config.segment_timesteps, config.segment_overlap
    if not longest or n_timesteps <= longest:
        return (Segment(0, n_timesteps),)
    strides = n_timesteps - overlap
    count = -(-strides // (longest - overlap))
    starts = [strides * index // count for index in range(count + 1)]
    return tuple(Segment(starts[i], starts[i + 1] + overlap) for i in range(count))


def weights_at(segments: tuple[Segment, ...], timestep: float) -> dict[int, float]:
    """The weight of each segment's picture at a timestep: index to weight, above 0, sum 1.

    Within an overlap of m timesteps the later segment's weight grows linearly: 1/(m+1) to m/(m+1).
    Between the last timestep of a segment and the first of the next, the nearer one is used.
    """
    there = [i for i, s in enumerate(segments) if s.first <= timestep <= s.end - 1]
    if not there:
        return weights_at(segments, round(timestep))
    if len(there) == 1:
        return {there[0]: 1.0}
    earlier, later = there
    first, end = segments[later].first, segments[earlier].end
    share = (timestep - first + 1) / (end - first + 1)
    return {earlier: 1 - share, later: share}
