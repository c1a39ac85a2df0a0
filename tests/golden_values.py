"""Golden values of the original: the small file in tests/data, and ../shared/golden where it is."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

SHARED = Path(__file__).parents[2] / "shared" / "golden"
CHECKPOINT = SHARED / "NERS-9900-golden" / "checkpoints" / "step-000000399.ckpt"
SMALL = Path(__file__).parent / "data" / "golden_small.npz"
STATES = ("final", "early", "soft", "mid")


def tensors(path: Path) -> dict[str, Tensor]:
    """All arrays of an npz file."""
    with np.load(path) as content:
        return {name: torch.from_numpy(content[name]) for name in content.files}


def relative_error(found: Tensor, wanted: Tensor) -> float:
    """L2 norm of the difference over the L2 norm of what is wanted."""
    return float((found - wanted).norm() / wanted.norm())


# Twice what a plain reading of the specification reaches (shared/golden/README.md).
TOLERANCES: Mapping[str, float] = {
    "offsets": 3e-6,
    "features": 1e-3,
    "sigma": 4e-3,
    "rgb": 6e-4,
}
