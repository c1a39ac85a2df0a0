"""Keeps glibc from giving freed memory back to the system after every tensor.

By default it maps and unmaps each large block anew, and the kernel clears every page: on virtual
machines that costs several times what the arithmetic does (docs/log.md has the figures).
"""

import ctypes
import sys

_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_KEEP_BYTES = 2**31 - 1


def keep_freed_memory() -> bool:
    """Makes the process reuse its memory; returns whether the C library could be told so."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, _KEEP_BYTES))
