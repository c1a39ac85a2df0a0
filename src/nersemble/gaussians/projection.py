"""Gaussians as seen by cameras: ellipses in pictures (EWA splatting; Zwicker et al. 2001, with the
conventions of 3DGS, Kerbl et al. 2023)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nersemble.gaussians.gaussians import Gaussians, colors_toward
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import model_to_calibration

LOW_PASS = 0.3
"""Added to the variances in a picture, square pixels: an ellipse covers at least a pixel or so."""
LEAST_ALPHA = 1 / 255
"""What hides less is left out."""
_NEAREST_METRES = 0.01
# Beyond the picture by more than this share of it, the projection is linearised at its border.
_MARGIN = 0.15


@dataclass(frozen=True)
class Views:
    """V pinhole cameras with pictures of one size, in the calibration world (metres).

    intrinsics: rows of u and v, pixels; rotations, translations: world to camera, OpenCV axes.
    """

    intrinsics: Float[Tensor, "v 2 3"]
    rotations: Float[Tensor, "v 3 3"]
    translations: Float[Tensor, "v 3"]
    width: int
    height: int

    @classmethod
    def of(cls, cameras: Sequence[Camera], device: torch.device) -> "Views":
        """Cameras of the model world; all have the first one's size."""
        poses = torch.stack([model_to_calibration(c.world_to_camera) for c in cameras])
        intrinsics = torch.stack([camera.intrinsics[:2] for camera in cameras])
        poses, intrinsics = poses.float().to(device), intrinsics.float().to(device)
        return cls(
            intrinsics, poses[:, :3, :3].contiguous(), poses[:, :3, 3].contiguous(),
            cameras[0].width, cameras[0].height,
        )  # fmt: skip

    def __getitem__(self, index: Int[Tensor, "k"]) -> "Views":
        """Some of them."""
        return Views(
            self.intrinsics[index], self.rotations[index], self.translations[index],
            self.width, self.height,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.intrinsics)


@dataclass(frozen=True)
class Splats:
    """N Gaussians in V pictures.

    rows: u, v (pixels; the first pixel's centre is 0.5, 0.5); a, b, c of the inverse covariance
        (a du^2 + 2 b du dv + c dv^2); opacity; red, green, blue.
    depths: along the camera's axis, metres.
    extents: how far alpha reaches 1/255 along u and v, pixels; 0: not in the picture.
    """

    rows: Float[Tensor, "v n 9"]
    depths: Float[Tensor, "v n"]
    extents: Float[Tensor, "v n 2"]


def project(gaussians: Gaussians, views: Views) -> Splats:
    """Projects all Gaussians into all pictures; gradients reach every parameter."""
    n_views, n = len(views), len(gaussians)
    in_camera = gaussians.means @ views.rotations.transpose(1, 2) + views.translations[:, None]
    depths = in_camera[..., 2]
    front = depths > _NEAREST_METRES
    flat = in_camera / torch.where(front, depths, 1.0)[..., None]
    uv = flat @ views.intrinsics.transpose(1, 2)
    # A camera's rotation of all axes is one matrix product.
    axes = gaussians.axes().permute(1, 0, 2).reshape(3, -1)
    turned = (views.rotations @ axes).view(n_views, 3, n, 3)
    side_u, side_v = _picture_axes(turned, uv, torch.where(front, depths, 1.0), views)
    uu = (side_u * side_u).sum(-1) + LOW_PASS
    vv = (side_v * side_v).sum(-1) + LOW_PASS
    uv_ = (side_u * side_v).sum(-1)
    inverse = 1 / (uu * vv - uv_ * uv_)
    opacities = gaussians.opacity_logits.sigmoid()
    centers = -(views.translations[:, None] @ views.rotations)[:, 0]
    directions = torch.nn.functional.normalize(gaussians.means - centers[:, None], dim=-1)
    rows = torch.cat(
        [
            uv,
            torch.stack([vv * inverse, -uv_ * inverse, uu * inverse], -1),
            opacities[None, :, None].expand(n_views, n, 1),
            colors_toward(gaussians.sh, directions),
        ],
        -1,
    )
    with torch.no_grad():
        # alpha = opacity exp(-q/2) is 1/255 on an ellipse, whose bounding box this is (as in
        # Speedy-Splat; Hanson et al. 2025).
        reach = 2 * torch.log(opacities / LEAST_ALPHA).clamp(min=0)
        extents = (reach[:, None] * torch.stack([uu, vv], -1)).sqrt()
        extents = torch.where(front[..., None], extents, 0.0)
    return Splats(rows, depths.detach(), extents)


def _picture_axes(
    turned: Float[Tensor, "v 3 n 3"],
    uv: Float[Tensor, "v n 2"],
    depths: Float[Tensor, "v n"],
    views: Views,
) -> tuple[Float[Tensor, "v n 3"], Float[Tensor, "v n 3"]]:
    """How u and v change along a Gaussian's axes: the projection's Jacobian times ``turned``."""
    # Off the picture the linear approximation would explode.
    u, v = (
        middles.clamp(-_MARGIN * side, (1 + _MARGIN) * side)
        for middles, side in zip(uv.unbind(-1), (views.width, views.height), strict=True)
    )
    x, y, z = turned.unbind(1)
    fu, skew, cu, _, fv, cv = views.intrinsics.view(-1, 6, 1).unbind(1)
    along_u = fu[..., None] * x + skew[..., None] * y - (u - cu)[..., None] * z
    along_v = fv[..., None] * y - (v - cv)[..., None] * z
    return along_u / depths[..., None], along_v / depths[..., None]
