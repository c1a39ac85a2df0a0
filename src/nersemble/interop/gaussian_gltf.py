"""Gaussians as binary glTF with the extension KHR_gaussian_splatting (Khronos Group, 2025)."""

import numpy as np
import torch

from nersemble.gaussians.gaussians import SH_0, Gaussians
from nersemble.interop.glb import Arrays
from nersemble.ops.colors import srgb_to_linear, to_uint8

_NAME = "KHR_gaussian_splatting"
_POINTS = 0


def glb_bytes(gaussians: Gaussians) -> bytes:
    """A GLB file with one primitive of points, each a Gaussian.

    Opacities and scales are as they are seen, not as 3DGS fits them; quaternions are x, y, z, w.
    Colours are sRGB. Programs without the extension see points with linear colours.
    """
    attributes = {
        "POSITION": gaussians.means,
        f"{_NAME}:ROTATION": torch.nn.functional.normalize(gaussians.quaternions).roll(-1, 1),
        f"{_NAME}:SCALE": gaussians.log_scales.exp(),
        f"{_NAME}:OPACITY": gaussians.opacity_logits.sigmoid()[:, None],
        f"{_NAME}:SH_DEGREE_0_COEF_0": gaussians.sh[:, 0],
    }
    for i in range(gaussians.sh.shape[1] - 1):
        attributes[f"{_NAME}:SH_DEGREE_1_COEF_{i}"] = gaussians.sh[:, 1 + i]
    arrays = {n: t.detach().cpu().numpy().astype("<f4") for n, t in attributes.items()}
    rgb = srgb_to_linear((0.5 + SH_0 * arrays[f"{_NAME}:SH_DEGREE_0_COEF_0"]).clip(0, 1))
    alpha = arrays[f"{_NAME}:OPACITY"]
    arrays["COLOR_0"] = to_uint8(np.concatenate([rgb, alpha], 1))
    found = Arrays()
    kernel = {"kernel": "ellipse", "colorSpace": "srgb_rec709_display"}
    primitive = {
        "mode": _POINTS,
        "attributes": {n: found.add(a, ranged=n == "POSITION") for n, a in arrays.items()},
        "extensions": {_NAME: kernel},
    }
    return found.file({"extensionsUsed": [_NAME], "meshes": [{"primitives": [primitive]}]})
