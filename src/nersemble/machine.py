"""The machine: its description for measurements, its memory and its disks."""

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

# From malloc.h, for mallopt.
_M_TRIM_THRESHOLD = -1
_MAX_BYTES = 1 << 24
_M_MMAP_MAX = -4
_KEEP_BYTES = 2**31 - 1


def describe_machine(device: "torch.device") -> dict[str, Any]:
    """Device, processor, memory in bytes and versions, as JSON values; None means unknown."""
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
    """The most memory that this process has held so far, in bytes: ``host_peak_bytes`` if the
    system reports it, and ``gpu_peak_bytes`` (allocated by torch) on a GPU."""
    import torch

    peaks = {}
    if sys.platform != "win32":
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        peaks["host_peak_bytes"] = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
    if device.type == "cuda":
        peaks["gpu_peak_bytes"] = float(torch.cuda.max_memory_allocated(device))
    return peaks


def n_usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ram_bytes() -> int | None:
    """This machine's RAM in bytes; None if the system does not report it."""
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None


def most_open_files() -> int:
    """The most files that may stay mapped: each needs a descriptor, and half of the process's
    descriptors are reserved for other uses."""
    if sys.platform == "win32":
        return sys.maxsize  # A mapping needs no descriptor there.
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit // 2


def gib(n_bytes: float) -> str:
    """Formats a number of bytes in GiB."""
    return f"{n_bytes / GIB:.1f} GiB" if n_bytes >= 0.1 * GIB else f"{n_bytes / 2**20:.1f} MiB"


def available_memory() -> int | None:
    """Bytes of RAM that a new process can use without swapping; None unless on Linux."""
    if not sys.platform.startswith("linux"):
        return None
    return _kilobytes("/proc/meminfo", "MemAvailable:") * 1024


def peak_ram() -> int:
    """The most RAM that this process has held, in bytes, mapped files included (Linux).

    Not from getrusage, whose figure a new process inherits from its parent.
    """
    return _kilobytes("/proc/self/status", "VmHWM:") * 1024


def free_disk(path: Path) -> int:
    """Free bytes on the disk where a file of that path would be written; it need not exist yet."""
    return shutil.disk_usage(existing_part(path)).free


def existing_part(path: Path) -> Path:
    """The path itself or its nearest existing parent."""
    path = Path(os.path.expanduser(path)).absolute()
    return next(part for part in (path, *path.parents) if part.exists())


def keep_freed_memory() -> bool:
    """Makes the process reuse freed memory; returns whether the C library supports it."""
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
