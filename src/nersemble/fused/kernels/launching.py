"""The one door to the GPU: what is launched runs, or is only compiled, many kernels at once.

A kernel is compiled when it is first launched, seconds of one core each, while the others idle. A
rehearsal runs code whose launches are noted instead, and compiles what was noted on all cores,
beside whatever else there is to do.
"""

import os
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
import triton

Collect = Callable[[Any, tuple[int, ...], tuple[Any, ...], dict[str, Any]], None]
"""(kernel, grid, arguments, options) of a launch."""

_collect: ContextVar[Collect | None] = ContextVar("collect", default=None)
_noting: ContextVar["Compilations | None"] = ContextVar("noting", default=None)


def ceil_div(n: int, size: int) -> int:
    """Programs that N things take at ``size`` each. Triton's own function of this kind, which
    kernels may call as well, takes the host microseconds."""
    return -(-n // size)


def n_programs(device: torch.device, n_tiles: int, per_multiprocessor: int) -> int:
    """Programs of a kernel that walks over tiles: no more than there are tiles."""
    # In the interpreter few, so that each has several tiles to walk over.
    most = 4
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        most = per_multiprocessor * properties.multi_processor_count
    return min(n_tiles, most)


def operand_size(n: int) -> int:
    """The next power of two from 16 on, as matrix products on tensor cores need."""
    return max(16, 1 << (n - 1).bit_length())


def launch(kernel: Any, grid: tuple[int, ...], *arguments: Any, **options: Any) -> None:
    """``kernel[grid](*arguments, **options)``, unless launches are collected here."""
    collect = _collect.get()
    if collect is None:
        kernel[grid](*arguments, **options)
    else:
        collect(kernel, grid, arguments, options)


def check(
    name: str,
    tensor: torch.Tensor,
    dtype: torch.dtype,
    shape: tuple[int, ...],
    device: torch.device,
) -> None:
    """Raises ValueError unless the tensor is contiguous and of this kind, as kernels take it."""
    right = tensor.dtype == dtype and tensor.shape == shape and tensor.device == device
    if not right or not tensor.is_contiguous():
        raise ValueError(
            f"{name}: {tensor.dtype} {tuple(tensor.shape)} on {tensor.device}, but contiguous "
            f"{dtype} {tuple(shape)} on {device} is needed"
        )


def check_capacity(capacity: int) -> None:
    """Raises ValueError unless samples can be counted in 32 bits."""
    if not 0 <= capacity < 2**31:
        raise ValueError(f"the capacity {capacity} must be at least 0 and below 2^31")


@contextmanager
def collecting(collect: Collect) -> Iterator[None]:
    """Within it, launches of this thread are handed to ``collect`` and do not run: what they would
    have written is undefined."""
    token = _collect.set(collect)
    try:
        yield
    finally:
        _collect.reset(token)


@contextmanager
def rehearsal(device: torch.device, rehearse: Callable[[], object]) -> Iterator[None]:
    """Compiles the kernels that ``rehearse`` launches while the block runs; waits at its end.

    Nothing is launched, so outputs of the rehearsal are undefined. If a kernel cannot be compiled,
    its real launch reports why. An error in the block ends the compilation.

    Args:
        device: a GPU.
    """
    pool = ThreadPoolExecutor(os.cpu_count(), "compile")
    jobs: dict[Hashable, Future[None]] = {}

    def submit(kernel: Any, grid: Any, arguments: Any, options: Any) -> None:
        # The source is read here, before threads share the functions that kernels call.
        _ = kernel.cache_key
        known = [_Pointer.of(a) if isinstance(a, torch.Tensor) else a for a in arguments]
        variant = (kernel, *(_kind(a) for a in known), *sorted(options.items()))
        if variant not in jobs:
            jobs[variant] = pool.submit(_compile, device, kernel, grid, known, options)

    try:
        began = time.perf_counter()
        with collecting(submit):
            rehearse()
        yield
        noting = _noting.get()
        if noting is not None:
            noting.beside.append((began, time.perf_counter()))
        wait(jobs.values())
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Pointer:
    """What the compiler asks of a tensor, whose memory can meanwhile be used again."""

    dtype: torch.dtype
    misalignment: int

    @classmethod
    def of(cls, tensor: torch.Tensor) -> "_Pointer":
        return cls(tensor.dtype, tensor.data_ptr() % 16)

    def data_ptr(self) -> int:
        """Not the address, but as good a multiple."""
        return self.misalignment


def _kind(argument: Hashable) -> Hashable:
    """Equal where the compiled kernels are: numbers but for 1 and multiples of 16 are one kind."""
    if isinstance(argument, float):
        return float
    if isinstance(argument, int):
        return argument == 1, argument % 16 == 0, argument.bit_length() > 31
    return argument


def _compile(device: torch.device, kernel: Any, grid: Any, arguments: Any, options: Any) -> None:
    with torch.cuda.device(device):
        # Asking for ``run`` loads the kernel and its launcher too.
        _ = kernel.warmup(*arguments, grid=grid, **options).run


@dataclass
class Compilations:
    """Kernels that were compiled, not found in Triton's cache; times by ``time.perf_counter``.

    spans: beginning and end of each; beside: of rehearsals, until the host waits for their end.
    """

    spans: list[tuple[float, float]] = field(default_factory=list)
    beside: list[tuple[float, float]] = field(default_factory=list)

    @property
    def wall_seconds(self) -> float:
        """How long the host did nothing else than compile at least one of them."""
        total, latest = 0.0, -float("inf")
        for begin, end in sorted((self._waited_from(begin), end) for begin, end in self.spans):
            total += max(end - max(begin, latest), 0.0)
            latest = max(latest, end)
        return total

    def _waited_from(self, moment: float) -> float:
        """That moment, or when the host began to wait for what was compiled beside its work."""
        return next((end for begin, end in self.beside if begin <= moment < end), moment)


@contextmanager
def compilations() -> Iterator[Compilations]:
    """Notes what is compiled within it, by all threads; nothing before Triton 3.4, which does not
    tell."""
    found = Compilations()
    knobs = getattr(triton, "knobs", None)
    if knobs is None:
        yield found
        return

    def listener(*, times: Any, cache_hit: bool, **_: Any) -> None:
        if not cache_hit:
            now = time.perf_counter()
            found.spans.append((now - times.total * 1e-6, now))

    before, token = knobs.compilation.listener, _noting.set(found)
    knobs.compilation.listener = listener
    try:
        yield found
    finally:
        knobs.compilation.listener = before
        _noting.reset(token)
