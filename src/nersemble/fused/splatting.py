"""Compositing of splats through fused kernels (gaussians/compositing.py)."""

from nersemble.fused.kernels.splats import composite_backward, composite_forward
from nersemble.gaussians.compositing import Compositor

IN_TRITON = Compositor(composite_forward, composite_backward, tile=16)
