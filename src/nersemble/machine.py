"""What a figure was measured on: the machine, and how much memory the process has taken."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch


def describe_machine(device: torch.device) -> dict[str, Any]:
    """Device, processor, memory in bytes and versions, as JSON values; None is unknown."""
    gpu = torch.cuda.get_device_properties(device) if device.type == "cuda" else None
    return {
        "device": gpu.name if gpu else str(device),
        "gpu_bytes": gpu.total_memory if gpu else None,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "ram_bytes": _ram_bytes(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "nersemble": version("nersemble"),
    }


def peak_memory(device: torch.device) -> dict[str, float]:
    """The most memory that this process has held so far, in bytes: ``host_peak_bytes`` where the
    system says it, and ``gpu_peak_bytes`` (allocated by torch) on a GPU."""
    peaks = {}
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        unit = 1 if sys.platform == "darwin" else 1024
        peaks["host_peak_bytes"] = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
    if device.type == "cuda":
        peaks["gpu_peak_bytes"] = float(torch.cuda.max_memory_allocated(device))
    return peaks


def _processor() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, None) or platform.processor() or None


def _ram_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return None
