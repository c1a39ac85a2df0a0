"""Rays through random pixels of resident frames, and what they show, as one Triton kernel.

Numbers come from Philox (Salmon et al. 2011) keyed by the seed and counted by (ray, step): a batch
is a function of the seed and the step, without any state.
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from jaxtyping import Float32, Int16, Int64, UInt8
from torch import Tensor

from nersemble.fused.batch import DeviceBatch
from nersemble.fused.kernels.launching import ceil_div, check, launch
from nersemble.fused.kernels.parts import load_triple, store_triple
from nersemble.rays.batch import RayBatch, Targets

BLOCK = 128
CAMERA_WIDTH = 16
IMAGE_WIDTH = 4
N_DEPTH_CODES = 1 << 16

_CAMERA_WIDTH = tl.constexpr(CAMERA_WIDTH)
_IMAGE_WIDTH = tl.constexpr(IMAGE_WIDTH)
# A counter word that other users of Philox with the same seed leave at 0.
_STREAM = tl.constexpr(0x52415953)


@dataclass(frozen=True)
class ResidentFrames:
    """All pictures and cameras of a run on one device.

    colors: RGB and alpha; depth_codes: the bits of 16-bit codes, None where there is no depth;
    depths_of_codes: z-depth of each code, model world, 0 for none; cameras: a row for each: the ray
    map (3 x 3, rows first), the centre, the forward axis (model world), and one unused number.
    """

    colors: UInt8[Tensor, "i h w 4"]
    depth_codes: Int16[Tensor, "i h w"] | None
    depths_of_codes: Float32[Tensor, "65536"]
    cameras: Float32[Tensor, "cameras 16"]


@triton.jit
def _below(random: tl.tensor, bound: tl.tensor) -> tl.tensor:
    """A uniform integer below a bound, from 32 random bits."""
    return ((random.to(tl.uint64) * bound.to(tl.uint64)) >> 32).to(tl.int32)


@triton.jit
def _direction(
    camera: tl.tensor, row: tl.tensor, column: tl.tensor, valid: tl.tensor
) -> tuple[tl.tensor, tl.tensor, tl.tensor]:
    """The unit ray through a pixel's centre; ``camera`` points to rows of the camera table."""
    x = column.to(tl.float32) + 0.5
    y = row.to(tl.float32) + 0.5
    # Where there is no ray, the direction is not zero, which has no length to divide by.
    m00, m01, m02 = load_triple(camera, 0, valid, 1.0)
    m10, m11, m12 = load_triple(camera, 1, valid)
    m20, m21, m22 = load_triple(camera, 2, valid)
    dx = m00 * x + m01 * y + m02
    dy = m10 * x + m11 * y + m12
    dz = m20 * x + m21 * y + m22
    norm = tl.sqrt(dx * dx + dy * dy + dz * dz)
    return dx / norm, dy / norm, dz / norm


@triton.jit
def _store_color(
    packed: tl.tensor, rgbs_ptr: tl.tensor, alphas_ptr: tl.tensor, rays: tl.tensor, valid: tl.tensor
) -> None:
    """Four bytes, blended on white."""
    # Divided as IEEE does, so that 255 is exactly 1: losses ask whether alpha is below 1.
    alpha = tl.div_rn(((packed >> 24) & 0xFF).to(tl.float32), 255.0)
    red = (packed & 0xFF).to(tl.float32) / 255.0
    green = ((packed >> 8) & 0xFF).to(tl.float32) / 255.0
    blue = ((packed >> 16) & 0xFF).to(tl.float32) / 255.0
    white = 1.0 - alpha
    tl.store(alphas_ptr + rays, alpha, mask=valid)
    store_triple(
        rgbs_ptr, rays, valid, red * alpha + white, green * alpha + white, blue * alpha + white
    )


@triton.jit
def _store_background(
    random: tl.tensor, backgrounds_ptr: tl.tensor, rays: tl.tensor, valid: tl.tensor,
    RANDOM_BACKGROUNDS: tl.constexpr,
) -> None:  # fmt: skip
    """White, or a colour out of 32 random bits, ten for each channel."""
    white = 0 if RANDOM_BACKGROUNDS else 1023
    red = ((random & 1023) | white).to(tl.float32) / 1023.0
    green = (((random >> 10) & 1023) | white).to(tl.float32) / 1023.0
    blue = (((random >> 20) & 1023) | white).to(tl.float32) / 1023.0
    store_triple(backgrounds_ptr, rays, valid, red, green, blue)


_VARYING = [
    "n_rays", "n_images", "height", "width", "seed", "first", "stride", "n_all", "n_given",
]  # fmt: skip


@triton.jit(do_not_specialize=_VARYING)
def draw_pixels_kernel(
    colors_ptr: tl.tensor, codes_ptr: tl.tensor, depths_of_codes_ptr: tl.tensor,
    cameras_ptr: tl.tensor, images_ptr: tl.tensor, step_ptr: tl.tensor, given_ptr: tl.tensor,
    origins_ptr: tl.tensor, directions_ptr: tl.tensor, slots_ptr: tl.tensor,
    camera_indices_ptr: tl.tensor, rgbs_ptr: tl.tensor, alphas_ptr: tl.tensor,
    depths_ptr: tl.tensor, jitter_ptr: tl.tensor, backgrounds_ptr: tl.tensor, n_rays: tl.tensor,
    n_images: tl.tensor, height: tl.tensor, width: tl.tensor, seed: tl.tensor, first: tl.tensor,
    stride: tl.tensor, n_all: tl.tensor, n_given: tl.tensor,
    HAS_DEPTH: tl.constexpr, ALONG_RAY: tl.constexpr, RANDOM_BACKGROUNDS: tl.constexpr,
    BLOCK: tl.constexpr,
) -> None:  # fmt: skip
    rays = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    valid = rays < n_rays
    zeros = tl.zeros([BLOCK], tl.int32)
    of_all = first + rays * stride
    step = tl.load(step_ptr).to(tl.int32)
    words = tl.philox(seed, of_all, zeros + step, zeros + _STREAM, zeros)
    for_row, for_column, for_jitter, for_background = words
    given = valid & (of_all < n_given)
    told = given_ptr + of_all.to(tl.int64) * 3
    row = tl.load(told + 1, mask=given, other=_below(for_row, zeros + height)).to(tl.int32)
    column = tl.load(told + 2, mask=given, other=_below(for_column, zeros + width)).to(tl.int32)
    # 24 bits are what a float below 1 can hold.
    jitter = (for_jitter >> 8).to(tl.int32).to(tl.float32) * 5.9604644775390625e-08
    tl.store(jitter_ptr + rays, jitter, mask=valid)
    _store_background(for_background, backgrounds_ptr, rays, valid, RANDOM_BACKGROUNDS)

    place = (of_all.to(tl.int64) - n_given) * n_images // (n_all - n_given)
    image = images_ptr + tl.load(told, mask=given, other=place) * _IMAGE_WIDTH
    picture = tl.load(image, mask=valid, other=0)
    camera_index = tl.load(image + 1, mask=valid, other=0)
    camera = cameras_ptr + camera_index * _CAMERA_WIDTH
    tl.store(camera_indices_ptr + rays, camera_index.to(tl.int32), mask=valid)
    tl.store(slots_ptr + rays, tl.load(image + 2, mask=valid, other=0).to(tl.int32), mask=valid)
    dx, dy, dz = _direction(camera, row, column, valid)
    store_triple(directions_ptr, rays, valid, dx, dy, dz)
    ox, oy, oz = load_triple(camera + 9, 0, valid)
    store_triple(origins_ptr, rays, valid, ox, oy, oz)

    pixel = (picture * height + row) * width + column
    packed = tl.load(colors_ptr + pixel, mask=valid, other=0)
    _store_color(packed, rgbs_ptr, alphas_ptr, rays, valid)
    depth = tl.zeros([BLOCK], tl.float32)
    if HAS_DEPTH:
        code = tl.load(codes_ptr + pixel, mask=valid, other=0).to(tl.int32) & 0xFFFF
        depth = tl.load(depths_of_codes_ptr + code, mask=valid, other=0.0)
        if ALONG_RAY:
            fx, fy, fz = load_triple(camera + 12, 0, valid)
            cosine = dx * fx + dy * fy + dz * fz
            depth = depth / tl.where(valid, cosine, 1.0)
    tl.store(depths_ptr + rays, depth, mask=valid)


def draw_pixels(
    frames: ResidentFrames,
    images: Int64[Tensor, "m 4"],
    timesteps: Int64[Tensor, "k"],
    n_rays: int,
    seed: int,
    step: Int64[Tensor, "1"],
    *,
    along_ray: bool,
    random_backgrounds: bool = False,
    shared: tuple[int, int] = (0, 1),
    given: Int64[Tensor, "g 3"] | None = None,
) -> DeviceBatch:
    """Rays through uniform pixels: ray ``i`` of ``n_rays`` belongs to image ``i * m // n_rays``.

    Args:
        images: a row for each image of the step, on the device: index of the picture, index of the
            camera, slot of the timestep, and one unused number. Indices are not checked.
        timesteps: what the slots stand for.
        seed: any integer; its lowest 63 bits count.
        step: 0 to 2^31 - 1, on the device.
        along_ray: whether depths become distances along the ray, or stay z-depths.
        random_backgrounds: whether backgrounds are random, multiples of 1 / 1023, or white.
        shared: (r, s): only the rays r, r + s, r + 2 s and so on are drawn.
        given: of the first rays, fewer than ``n_rays``, the row in ``images`` and the pixel's row
            and column. The other rays are then shared among the images.
    """
    _check(frames, images, n_rays)
    check("step", step, torch.int64, (1,), images.device)
    device, n_given = images.device, 0 if given is None else len(given)
    if given is not None:
        check("given pixels", given, torch.int64, (n_given, 3), device)
    if n_given >= n_rays:
        raise ValueError(f"{n_given} of {n_rays} rays are given")
    (first, stride), n_all = shared, n_rays
    n_rays = len(range(first, n_all, stride))
    _, height, width, _ = frames.colors.shape
    origins, directions, rgbs, backgrounds = (
        torch.empty(n_rays, 3, device=device) for _ in range(4)
    )
    alphas, depths, jitter = (torch.empty(n_rays, device=device) for _ in range(3))
    slots, cameras = (torch.empty(n_rays, dtype=torch.int32, device=device) for _ in range(2))
    codes = frames.depth_codes
    launch(draw_pixels_kernel, (ceil_div(n_rays, BLOCK),),
        frames.colors.view(torch.int32), frames.depths_of_codes if codes is None else codes,
        frames.depths_of_codes, frames.cameras, images, step, images if given is None else given,
        origins, directions, slots, cameras, rgbs, alphas, depths, jitter, backgrounds,
        n_rays, len(images), height, width, seed & (2**63 - 1), first, stride, n_all,
        n_given,
        HAS_DEPTH=codes is not None, ALONG_RAY=along_ray, RANDOM_BACKGROUNDS=random_backgrounds,
        BLOCK=BLOCK, num_warps=4,
    )  # fmt: skip
    rays = RayBatch(origins, directions, timesteps, slots, cameras)
    return DeviceBatch(rays, Targets(rgbs, alphas, depths, backgrounds), jitter)


def _check(frames: ResidentFrames, images: Tensor, n_rays: int) -> None:
    if n_rays < 1 or len(images) < 1:
        raise ValueError(f"{n_rays} rays of {len(images)} images")
    shape, device = (*frames.colors.shape[:3], 4), frames.colors.device
    check("colours", frames.colors, torch.uint8, shape, device)
    if frames.depth_codes is not None:
        check("depth codes", frames.depth_codes, torch.int16, shape[:3], device)
    n_cameras = len(frames.cameras)
    check("cameras", frames.cameras, torch.float32, (n_cameras, CAMERA_WIDTH), device)
    check("depths of codes", frames.depths_of_codes, torch.float32, (N_DEPTH_CODES,), device)
    check("images", images, torch.int64, (len(images), IMAGE_WIDTH), device)
