"""Several processes that work on one command, one for each GPU, and their communication.

``torchrun`` starts them and describes each one in its environment. Numbers travel through
torch.distributed: NCCL between GPUs, gloo between CPUs.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.distributed_c10d import PrefixStore, _coalescing_manager
from torch.distributed.rendezvous import rendezvous

from nersemble.errors import ConfigError, WorldError

T = TypeVar("T")

Wait = Callable[[], None]
"""Makes the GPU wait for an exchange that runs beside its work; may be called repeatedly."""

# One process saves or evaluates while the others wait for it.
_PATIENCE = timedelta(minutes=60)


@dataclass(frozen=True)
class World:
    """The processes of a command. A single process (``size`` 1) sends nothing.

    All processes call every method except ``share``, in the same order.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process prints and writes."""
        return self.rank == 0

    @property
    def share(self) -> slice:
        """Every ``size``-th element, starting at ``rank``: neighbours, which cost about the same,
        go to different processes."""
        return slice(self.rank, None, self.size)

    def sum_(self, tensor: Tensor) -> Tensor:
        """Replaces a tensor by its sum over all processes; returns it."""
        if self.size > 1:
            _agreed(lambda: dist.all_reduce(tensor))
        return tensor

    def max_(self, tensor: Tensor) -> Tensor:
        """Replaces a tensor by its maximum over all processes; returns it."""
        if self.size > 1:
            _agreed(lambda: dist.all_reduce(tensor, dist.ReduceOp.MAX))
        return tensor

    def sum_all_(self, tensors: list[Tensor]) -> None:
        """``sum_`` for several 32-bit tensors on one device at once."""
        if self.size == 1:
            return
        flat = self.sum_(torch.cat([tensor.detach().reshape(-1) for tensor in tensors]))
        parts = flat.split([tensor.numel() for tensor in tensors])
        # Few launches: a step has dozens of small gradients.
        sums = [part.view_as(tensor) for part, tensor in zip(parts, tensors, strict=True)]
        torch._foreach_copy_(tensors, sums)

    def fill_(self, rows: Tensor, first: int, last: int) -> Wait:
        """Completes rows of which each process holds an equal part, this one ``first`` to ``last``
        (exclusive). They are complete after the returned call; other exchanges may run before."""
        if self.size == 1:
            return _no_wait
        if rows.device.type != "cuda":
            _agreed(lambda: [dist.all_gather_into_tensor(r, r[first:last].clone()) for r in rows])
            return _no_wait
        return _begun(rows, lambda row: dist.all_gather_into_tensor(row, row[first:last]))

    def sum_part_(self, rows: Tensor, first: int, last: int) -> Wait:
        """Replaces this process's part of the rows by its sum over all processes, and leaves the
        other parts undefined. It is complete after the returned call."""
        if self.size == 1:
            return _no_wait
        if rows.device.type != "cuda":
            self.sum_(rows)
            return _no_wait
        return _begun(rows, lambda row: dist.reduce_scatter_tensor(row[first:last], row))

    def interleaved(self, part: Tensor, n: int) -> Tensor:
        """Collects the ``n`` numbers of which this process has computed its ``share``."""
        if self.size == 1:
            return part
        whole = part.new_zeros(n)
        whole[self.share] = part
        return self.sum_(whole)

    def first(self, value: T) -> T:
        """Sends the first process's value to all."""
        if self.size == 1:
            return value
        values: list[Any] = [value]
        _agreed(lambda: dist.broadcast_object_list(values, 0))
        found: T = values[0]
        return found

    def collected(self, value: T) -> list[T]:
        """All processes' values in order, on the first process; the others get an empty list."""
        if self.size == 1:
            return [value]
        values: list[Any] | None = [None] * self.size if self.leads else None
        _agreed(lambda: dist.gather_object(value, values))
        return values or []

    def wait(self) -> None:
        """Waits until all processes are here."""
        self.first(None)

    @contextmanager
    def first_before_others(self) -> Iterator[None]:
        """Lets the first process run the block, then the others."""
        if not self.leads:
            self.wait()
        yield
        if self.leads:
            self.wait()

    def in_order(self, n: int, share: Iterator[T]) -> Iterator[T]:
        """Yields ``n`` values in order on the first process; each process makes its ``share``."""
        for start in range(0, n, self.size):
            mine = next(share) if start + self.rank < n else None
            for value in self.collected(mine)[: n - start]:
                assert value is not None
                yield value


ALONE = World()


def world() -> World:
    """The processes that this one has joined."""
    return World(dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else ALONE


def is_restarted() -> bool:
    """Whether torchrun started this process to replace one that ended."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0


def restarts_allowed() -> bool:
    """Whether torchrun restarts processes when one fails."""
    return int(os.environ.get("TORCHELASTIC_MAX_RESTARTS", "0")) > 0


@contextmanager
def joined() -> Iterator[Callable[[str], None]]:
    """Joins the processes that torchrun started; does nothing without torchrun.

    Inside, only the first process's output is visible. Yields a function that prints an error.
    Only the first error of all processes is printed, because the others follow from it.

    Raises:
        ConfigError: the machine has fewer GPUs than processes.
    """
    n = int(os.environ.get("WORLD_SIZE", "1")) if "RANK" in os.environ else 1
    errors, complaints = sys.stderr, 0
    if n == 1:
        yield lambda sentence: print(sentence, file=errors)
        return
    kept, rank, size = next(rendezvous("env://", timeout=_PATIENCE))
    # torchrun's store survives a restart; addresses of dead processes must not be found.
    store = PrefixStore(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"), kept)

    def complain(sentence: str) -> None:
        nonlocal complaints
        complaints += 1
        try:
            if store.add("nersemble/errors", 1) > 1:
                return
        except RuntimeError:
            # The process that held the store is gone, so no other can have printed an error.
            pass
        print(sentence, file=errors, flush=True)

    try:
        backend = _backend()
    except ConfigError as error:
        complain(f"error: {error}")
        raise SystemExit(2) from error
    dist.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=_PATIENCE)
    if rank == 0:
        yield complain
    else:
        with (
            open(os.devnull, "w", encoding="utf-8") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            yield complain
    if not complaints:
        # Otherwise it could wait for processes that are gone.
        dist.destroy_process_group()


def _backend() -> str:
    """NCCL for GPU tensors, gloo for CPU tensors; selects this process's GPU."""
    if not torch.cuda.is_available():
        return "gloo"
    n_gpus, n_here = torch.cuda.device_count(), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if n_here > n_gpus:
        raise ConfigError(
            f"torchrun started {n_here} processes here, but torch finds {n_gpus} GPUs: give "
            f"--nproc_per_node {n_gpus}, or hide the GPUs with CUDA_VISIBLE_DEVICES= to compute "
            "on the CPU."
        )
    torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return "cpu:gloo,cuda:nccl"


def _no_wait() -> None:
    pass


def _begun(rows: Tensor, exchange: Callable[[Tensor], object]) -> Wait:
    """Starts the exchange of all rows as one operation, in place."""

    def begin() -> Wait:
        with _coalescing_manager(async_ops=True) as begun:
            for row in rows:
                exchange(row)
        return begun.wait

    wait = _agreed(begin)
    return lambda: _agreed(wait)


def _agreed(exchange: Callable[[], T]) -> T:
    try:
        return exchange()
    except (RuntimeError, ValueError) as error:
        raise WorldError(
            "Another process of this command has ended or does not answer: see torchrun's message "
            "about it, then run the command again (for a training: with --resume_run)."
        ) from error
