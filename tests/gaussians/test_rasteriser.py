"""Pictures of Gaussians and their gradients, against formulas over all pixels and Gaussians."""

import pytest
import torch
from torch import Tensor

from nersemble.gaussians.compositing import IN_TORCH, Compositor
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.projection import Views, project
from nersemble.gaussians.rasteriser import render
from nersemble.gaussians.tiles import tile_lists
from small_heads import front_camera

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
NAMES = ("means", "quaternions", "log_scales", "opacity_logits", "sh")


def _cameras(width: int, height: int) -> Views:
    """Two cameras two thirds of a metre in front of the origin, the second one moved."""
    one = front_camera(width, height, 1.1 * height)
    moved = one.world_to_camera.clone()
    moved[:3, 3] += torch.tensor([0.4, -0.3, 0.5])
    two = type(one)(one.intrinsics, moved, width, height)
    return Views.of([one, two], DEVICE)


def _gaussians(n: int, degree: int = 1, dtype: torch.dtype = torch.float32) -> Gaussians:
    """N of all sizes, opaque ones among them, and some behind the camera or out of the picture."""
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    means = 0.12 * normal(n, 3)
    means[0] = torch.tensor([0.0, 0.0, 3.0])
    means[1] = torch.tensor([5.0, 0.0, 0.0])
    values = (
        means, normal(n, 4), -4 + 0.7 * normal(n, 3), 1 + 3 * normal(n),
        0.8 * normal(n, (degree + 1) ** 2, 3),
    )  # fmt: skip
    return Gaussians(*(v.to(DEVICE, dtype).requires_grad_() for v in values))


def _dense(gaussians: Gaussians, views: Views) -> Tensor:
    """Every Gaussian over every pixel, one after the other, written from the paper's formulas."""
    pictures = []
    w, x, y, z = (gaussians.quaternions / gaussians.quaternions.norm(dim=1, keepdim=True)).T
    turn = torch.stack([
        torch.stack([w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
        torch.stack([2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)], -1),
        torch.stack([2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z], -1),
    ], 1)  # fmt: skip
    scale = torch.diag_embed(gaussians.log_scales.exp() ** 2)
    covariances = turn @ scale @ turn.transpose(1, 2)
    v, u = torch.meshgrid(
        torch.arange(views.height, device=DEVICE, dtype=torch.float64) + 0.5,
        torch.arange(views.width, device=DEVICE, dtype=torch.float64) + 0.5,
        indexing="ij",
    )
    for k, rotation, shift in zip(
        views.intrinsics, views.rotations, views.translations, strict=True
    ):
        k, rotation, shift = (value.to(gaussians.means.dtype) for value in (k, rotation, shift))
        points = gaussians.means @ rotation.T + shift
        light = torch.ones_like(u, dtype=points.dtype)
        open_ = torch.ones_like(u, dtype=torch.bool)
        picture = torch.zeros(*u.shape, 4, dtype=points.dtype, device=DEVICE)
        for i in points[:, 2].argsort().tolist():
            pz = points[i, 2]
            if pz <= 0.01:
                continue
            mean = torch.stack([k[0] @ (points[i] / pz), k[1] @ (points[i] / pz)])
            half = mean.new_tensor([views.width, views.height])
            tx = (mean.clamp(-0.15 * half, 1.15 * half) - k[:, 2]) / torch.stack([k[0, 0], k[1, 1]])
            zero = torch.zeros_like(pz)
            jacobian = torch.stack([
                torch.stack([k[0, 0] / pz, zero, -k[0, 0] * tx[0] / pz]),
                torch.stack([zero, k[1, 1] / pz, -k[1, 1] * tx[1] / pz]),
            ])  # fmt: skip
            flat = jacobian @ rotation @ covariances[i] @ rotation.T @ jacobian.T
            inverse = torch.linalg.inv(flat + 0.3 * torch.eye(2, dtype=flat.dtype, device=DEVICE))
            offset = torch.stack([u - mean[0], v - mean[1]], -1)
            power = torch.einsum("hwi,ij,hwj->hw", offset, inverse, offset)
            alpha = torch.sigmoid(gaussians.opacity_logits[i]) * torch.exp(-0.5 * power)
            alpha = torch.where(alpha < 1 / 255, 0, alpha).clamp(max=0.99)
            after = light * (1 - alpha)
            open_ = open_ & (after >= 1e-4)
            toward = gaussians.means[i] + rotation.T @ shift
            dx, dy, dz = toward / toward.norm()
            sh = gaussians.sh[i]
            color = 0.5 + 0.28209479177387814 * sh[0]
            if len(sh) > 1:
                color = color + 0.4886025119029199 * (-dy * sh[1] + dz * sh[2] - dx * sh[3])
            color = torch.cat([color.clamp(min=0), torch.ones(1, device=DEVICE)])
            weight = torch.where(open_, light * alpha, 0)
            picture = picture + weight[..., None] * color
            light = torch.where(open_, after, light)
        pictures.append(picture)
    return torch.stack(pictures)


def _with_gradients(picture: Tensor, gaussians: Gaussians) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    factors = torch.randn(picture.shape, generator=generator).to(picture)
    tensors = [getattr(gaussians, name) for name in NAMES]
    return [picture.detach(), *torch.autograd.grad((factors * picture).sum(), tensors)]


def _compositors() -> list[Compositor]:
    pytest.importorskip("triton")
    from nersemble.fused import splatting

    return [IN_TORCH, splatting.IN_TRITON]


@pytest.mark.parametrize("which", [0, 1], ids=["torch", "triton"])
@pytest.mark.parametrize("degree", [0, 1])
def test_pictures_and_gradients_equal_the_formulas(which: int, degree: int) -> None:
    """The tiles cut the picture's borders; some tile has more splats than are computed at once."""
    views = _cameras(40, 35)
    wanted = _with_gradients(_dense(exact := _gaussians(70, degree, torch.float64), views), exact)
    rendered = _gaussians(70, degree)
    found = _with_gradients(render(rendered, views, _compositors()[which])[0], rendered)
    for name, one, other in zip(("picture", *NAMES), found, wanted, strict=True):
        assert torch.isfinite(one).all(), name
        error = (one.double() - other).abs().max() / other.abs().max()
        assert error < 2e-4, name
    assert found[0][..., 3].max() > 0.99


def test_rays_end_where_no_light_is_left() -> None:
    """Twenty opaque layers over the whole picture: only the first few count, and get gradients."""
    views = _cameras(20, 20)
    n = 20
    means = torch.zeros(n, 3, device=DEVICE)
    means[:, 2] = -0.01 * torch.arange(n)
    still = (
        torch.tensor([1.0, 0, 0, 0], device=DEVICE).expand(n, 4), torch.zeros(n, 3),
        torch.full((n,), 2.0), torch.ones(n, 1, 3),
    )  # fmt: skip
    for which in _compositors():
        layers = Gaussians(means, *(t.clone().to(DEVICE).requires_grad_() for t in still))
        picture, _ = render(layers, views, which)
        picture[..., 3].sum().backward()
        assert picture[..., 3].min() > 0.999
        reached = layers.opacity_logits.grad.abs() > 0
        assert reached[:3].all()
        assert not reached[8:].any()


def test_a_limit_drops_the_last_entries_only() -> None:
    views, gaussians = _cameras(40, 35), _gaussians(50)
    splats = project(gaussians, views)
    whole = tile_lists(splats, 40, 35, 16)
    n = len(whole.order)
    assert int(whole.n_wanted) == n == int(whole.starts[-1])
    roomy = tile_lists(splats, 40, 35, 16, n + 100)
    assert torch.equal(roomy.starts, whole.starts)
    assert torch.equal(roomy.order[:n], whole.order)
    tight = tile_lists(splats, 40, 35, 16, n - 5)
    assert int(tight.n_wanted) == n
    assert int(tight.starts[-1]) == n - 5
