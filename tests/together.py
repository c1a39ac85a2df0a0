"""Functions run in several processes at once, as torchrun would start them."""

import os
import socket
import traceback
from collections.abc import Callable
from multiprocessing.queues import Queue
from typing import Any
from unittest import mock

import torch
import torch.multiprocessing as mp

from nersemble.distributed import joined, world


def together(
    size: int, function: Callable[..., None], *arguments: object, gpus: bool = False
) -> None:
    """Calls ``function(world, *arguments)`` in each of ``size`` processes, over gloo on the CPU or,
    with ``gpus``, over NCCL with a GPU for each.

    Raises:
        AssertionError: one of them failed; says how.
    """
    context = mp.get_context("spawn")
    results = context.Queue()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes = [
        context.Process(target=_run, args=(rank, size, port, results, function, arguments))
        for rank in range(size)
    ]
    # Set before they import torch: here a GPU would be one for both, and without it kernels are
    # interpreted.
    hidden = {} if gpus else {"CUDA_VISIBLE_DEVICES": "", "TRITON_INTERPRET": "1"}
    with mock.patch.dict(os.environ, hidden):
        for process in processes:
            process.start()
    try:
        for _ in processes:
            rank, error = results.get(timeout=120)
            assert error is None, f"process {rank}: {error}"
    finally:
        for process in processes:
            process.join(10)
            process.kill()


def _run(
    rank: int,
    size: int,
    port: int,
    results: "Queue[Any]",
    function: Callable[..., None],
    arguments: tuple[object, ...],
) -> None:
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
    }  # fmt: skip
    torch.set_num_threads(1)
    try:
        with joined():
            function(world(), *arguments)
        results.put((rank, None))
    except BaseException:
        results.put((rank, traceback.format_exc()))
