"""Compiling ahead, and what is noted of Triton's compilations."""

import os
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch

pytest.importorskip("triton.knobs")

from triton import knobs

from nersemble.fused.kernels.launching import Compilations, compilations, launch, rehearsal


def test_threads_that_compile_at_once_count_once() -> None:
    spans = [(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (1.5, 2.5)]
    assert Compilations(spans).wall_seconds == pytest.approx(4.0)


def test_compiling_beside_other_work_holds_nobody_up() -> None:
    spans = [(0.0, 0.5), (1.5, 4.5), (2.0, 2.5)]
    assert Compilations(spans, beside=[(1.0, 3.0)]).wall_seconds == pytest.approx(2.0)


class Slow:
    """What looks like a kernel, takes its time to compile and may refuse to."""

    cache_key = "slow"

    def __init__(self, seconds: float, log: list[object], error: Exception | None = None) -> None:
        self.seconds, self.log, self.error = seconds, log, error

    def warmup(self, *arguments: object, grid: object, **options: object) -> SimpleNamespace:
        time.sleep(self.seconds)
        if self.error is not None:
            raise self.error
        self.log.append(arguments[0])
        return SimpleNamespace(run=None)


@pytest.fixture
def no_device(monkeypatch: pytest.MonkeyPatch) -> torch.device:
    monkeypatch.setattr(torch.cuda, "device", lambda _: nullcontext())
    return torch.device("cuda")


def test_a_rehearsal_compiles_beside_other_work_and_waits_at_its_end(
    no_device: torch.device,
) -> None:
    log: list[object] = []
    kernel = Slow(0.1, log)
    with compilations() as found, rehearsal(no_device, lambda: launch(kernel, (1,), 1.5)):
        log.append("other work")
        since = time.perf_counter()
    assert log == ["other work", 1.5]
    ((begin, end),) = found.beside
    assert begin <= since <= end
    found.spans.append((since, end + 0.25))
    assert found.wall_seconds == pytest.approx(0.25)


def test_what_cannot_be_compiled_is_left_to_the_launch(no_device: torch.device) -> None:
    log: list[object] = []
    kernels = Slow(0.0, log, RuntimeError("no")), Slow(0.0, log)

    def rehearse() -> None:
        for kernel in kernels:
            launch(kernel, (1,), 1.5)

    with rehearsal(no_device, rehearse):
        pass
    assert log == [1.5]


def test_an_error_beside_a_rehearsal_ends_the_compiling(no_device: torch.device) -> None:
    log: list[object] = []
    n = 4 * (os.cpu_count() or 1)
    kernels = [Slow(0.05, log) for _ in range(n)]

    def rehearse() -> None:
        for kernel in kernels:
            launch(kernel, (1,), 1.5)

    with pytest.raises(KeyboardInterrupt), rehearsal(no_device, rehearse):
        raise KeyboardInterrupt
    assert len(log) < n


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
