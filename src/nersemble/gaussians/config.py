"""The options of Gaussians."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from nersemble.ranges import Options, Range

# What the device decides.
_ON_GPU = {"n_gaussians": 40_000, "first_steps": 1500, "steps": 150, "field_views": 12}
_ELSEWHERE = {"n_gaussians": 6000, "first_steps": 60, "steps": 20, "field_views": 4}


@dataclass(frozen=True)
class GaussianConfig(Options):
    """Gaussians: how a run becomes 3D Gaussians."""

    n_gaussians: Annotated[int, Range(100, 2_000_000, other=-1)] = -1
    """How many at most (-1: 40 000 on a GPU, 6000 elsewhere)."""
    sh_degree: Annotated[int, Range(0, 1)] = 0
    """Colours as spherical harmonics of this degree; 0: they do not depend on the view."""
    first_steps: Annotated[int, Range(1, other=-1)] = -1
    """Steps of the fit at the first timestep (-1: 1500 on a GPU, 60 elsewhere)."""
    steps: Annotated[int, Range(1, other=-1)] = -1
    """Steps at each later one, which begins where the one before ended (-1: 150 on a GPU, 20
    elsewhere)."""
    views_per_step: Annotated[int, Range(1)] = 4
    """Pictures that a step compares."""
    field_views: Annotated[int, Range(0, other=-1)] = -1
    """Pictures that the field renders at each timestep, between the training cameras (-1: 12 on a
    GPU, 4 elsewhere)."""
    fixed_looks: bool = False
    """After the first timestep fit places and rotations only: colours, sizes and opacities stay,
    and a page's files are a third smaller."""

    def on(self, device_type: str) -> "GaussianConfig":
        """With the numbers that the device decides."""
        usual = _ON_GPU if device_type == "cuda" else _ELSEWHERE
        decided: dict[str, Any] = {n: v for n, v in usual.items() if getattr(self, n) == -1}
        return replace(self, **decided)
