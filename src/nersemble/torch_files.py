"""Files that ``torch.save`` wrote: pickles, of which only tensors and plain values are read."""

import zipfile
from pathlib import Path
from typing import Any

import torch

from nersemble.durable_files import reason_of


def load_weights(path: Path) -> Any:
    """The content of a file of ``torch.save``, on the CPU. Nothing in it can run: torch's own
    unpickler knows tensors and containers, and refuses every other class and function.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is damaged or holds something else; says why in one line.
    """
    try:
        # Released checkpoints weigh gigabytes, of which little may be used; old files do not map.
        mapped = zipfile.is_zipfile(path)
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except FileNotFoundError:
        raise
    # A damaged pickle can raise nearly anything.
    except Exception as error:
        reason = next(iter(reason_of(error).splitlines()), "")
        raise ValueError(reason or type(error).__name__) from error
