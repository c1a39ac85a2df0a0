"""What is noted of Triton's compilations."""

import time
from types import SimpleNamespace

import pytest

from nersemble.ops.triton.launching import Compilations, compilations

knobs = pytest.importorskip("triton.knobs")


def test_threads_that_compile_at_once_count_once() -> None:
    spans = [(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 2.5)]
    assert Compilations(spans).wall_seconds == pytest.approx(4.0)


def test_kernels_from_the_cache_are_not_compiled() -> None:
    before = knobs.compilation.listener
    with compilations() as found:
        now = time.perf_counter()
        for cache_hit in (False, True):
            # As triton.compile calls it; times are microseconds.
            times = SimpleNamespace(total=250_000)
            knobs.compilation.listener(
                src=None, metadata={}, metadata_group={}, times=times, cache_hit=cache_hit
            )
    assert found.wall_seconds == pytest.approx(0.25)
    assert found.spans[0][1] == pytest.approx(now, abs=1.0)
    assert knobs.compilation.listener is before
