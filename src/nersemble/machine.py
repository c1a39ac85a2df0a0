"""The machine: what a figure was measured on, and what memory and disks have and have given."""

import ctypes
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nersemble
from nersemble.opening import read_text

if TYPE_CHECKING:
    import torch

GIB = 2**30

# Of mallopt (malloc.h).
_M_TRIM_THRESHOLD = -1
_MAX_BYTES = 1 << 24
_M_MMAP_MAX = -4
_KEEP_BYTES = 2**31 - 1


def describe_machine(device: "torch.device") -> dict[str, Any]:
    """Device, processor, memory in bytes and versions, as JSON values; None is unknown."""
    import torch

    gpu = torch.cuda.get_device_properties(device) if device.type == "cuda" else None
    return {
        "device": gpu.name if gpu else str(device),
        "gpu_bytes": gpu.total_memory if gpu else None,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "ram_bytes": ram_bytes(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "nersemble": nersemble.__version__,
    }


def peak_memory(device: "torch.device") -> dict[str, float]:
    """The most memory that this process has held so far, in bytes: ``host_peak_bytes`` where the
    system says it, and ``gpu_peak_bytes`` (allocated by torch) on a GPU."""
    import torch

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


def n_usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ram_bytes() -> int | None:
    """This machine's RAM; None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return None


def gib(n_bytes: float) -> str:
    """An amount of memory or disk for people."""
    return f"{n_bytes / GIB:.1f} GiB" if n_bytes >= 0.1 * GIB else f"{n_bytes / 2**20:.1f} MiB"


def available_memory() -> int:
    """Bytes of RAM that a new process can take without swapping (Linux)."""
    return _kilobytes("/proc/meminfo", "MemAvailable:") * 1024


def peak_ram() -> int:
    """Bytes of RAM that this process held at most, mapped files included (Linux).

    Not getrusage's figure, which a new process inherits from the one that started it.
    """
    return _kilobytes("/proc/self/status", "VmHWM:") * 1024


def free_disk(path: Path) -> int:
    """Bytes that are free where a file of that path would be written; it need not exist yet."""
    return shutil.disk_usage(existing_part(path)).free


def existing_part(path: Path) -> Path:
    """The path itself or the nearest folder above it that is there."""
    path = Path(os.path.expanduser(path)).absolute()
    return next(part for part in (path, *path.parents) if part.exists())


def keep_freed_memory() -> bool:
    """Makes the process reuse its memory; returns whether the C library could be told so."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, _KEEP_BYTES))


def _processor() -> str | None:
    try:
        lines = read_text(Path("/proc/cpuinfo"), _MAX_BYTES).splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, None) or platform.processor() or None


def _kilobytes(file: str, name: str) -> int:
    lines = read_text(Path(file), _MAX_BYTES).splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
