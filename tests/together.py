"""Functions run in several processes at once, as torchrun would start them, over gloo."""

import os
import socket
import traceback
from collections.abc import Callable
from multiprocessing.queues import Queue
from typing import Any

import torch
import torch.multiprocessing as mp

from nersemble.distributed import World, joined, world


def together(size: int, function: Callable[..., Any], *arguments: object) -> list[Any]:
    """What ``function(world, *arguments)`` returns in each of ``size`` processes, by rank.

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
    for process in processes:
        process.start()
    found: dict[int, Any] = {}
    try:
        for _ in processes:
            rank, value, error = results.get(timeout=120)
            assert error is None, f"process {rank}: {error}"
            found[rank] = value
    finally:
        for process in processes:
            process.join(10)
            process.kill()
    return [found[rank] for rank in range(size)]


def _run(
    rank: int,
    size: int,
    port: int,
    results: "Queue[Any]",
    function: Callable[..., Any],
    arguments: tuple[object, ...],
) -> None:
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size),
        "LOCAL_WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        "CUDA_VISIBLE_DEVICES": "",
    }  # fmt: skip
    torch.set_num_threads(1)
    # Queues of torch send tensors through files of the sender, which ends: send plain bytes.
    mp.set_sharing_strategy("file_system")
    try:
        with joined():
            value, error = function(World(*_place()), *arguments), None
    except BaseException:
        value, error = None, traceback.format_exc()
    results.put((rank, value, error))


def _place() -> tuple[int, int]:
    here = world()
    return here.rank, here.size
