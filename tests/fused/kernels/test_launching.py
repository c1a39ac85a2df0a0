"""What is noted of Triton's compilations."""

import time
from types import SimpleNamespace

import pytest
import torch

pytest.importorskip("triton.knobs")

from triton import knobs

from nersemble.fused.kernels.launching import Compilations, compilations, rehearsal


def test_threads_that_compile_at_once_count_once() -> None:
    spans = [(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 2.5)]
    assert Compilations(spans).wall_seconds == pytest.approx(4.0)


def test_compiling_while_launches_are_collected_holds_nobody_up() -> None:
    spans = [(0.0, 0.5), (1.5, 4.5), (2.0, 2.5)]
    assert Compilations(spans, collecting=[(1.0, 3.0)]).wall_seconds == pytest.approx(2.0)


def test_the_collection_of_a_rehearsal_is_noted() -> None:
    with compilations() as found, rehearsal(torch.device("cpu")):
        compiling_since = time.perf_counter()
        time.sleep(0.05)
    ((begin, end),) = found.collecting
    assert begin <= compiling_since <= end - 0.05
    found.spans.append((compiling_since, end + 0.25))
    assert found.wall_seconds == pytest.approx(0.25)


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
