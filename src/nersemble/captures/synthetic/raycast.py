"""Pictures of a head by ray casting its signed distance, with 2x2 rays a pixel.

The picture is cut into small square blocks. One coarse ray per block, as wide as the block (a
cone), advances until the surface could touch it; only blocks that it reaches are cast ray by ray,
from that distance on.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64, Int64

from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.rig import View
from nersemble.captures.synthetic.sdf import Points, Scalars
from nersemble.captures.synthetic.shading import shade

_BLOCK = 4
_SAMPLES = 2
_RAYS_PER_BLOCK = (_BLOCK * _SAMPLES) ** 2
_BLOCKS_PER_CHUNK = 512
_SCENE_RADIUS = 0.42
# The distance is exact only near the surface and the blends overestimate it a little.
_CAUTION = 0.88
_COARSE_STEPS = 40
_FINE_STEPS = 80
# Growth of the shortest step: rays still marching after many steps slide along an edge.
_IMPATIENCE = 1.10
_HIT = 1.5e-4


@dataclass(frozen=True)
class RenderedView:
    """One rendered view, the background excluded.

    rgb: sRGB in 0..1, the mean over the rays that hit; 0 without a hit.
    alpha: fraction of the pixel's rays that hit.
    depth: z-depth in metres if the whole pixel sees one smooth surface, else 0.
    """

    rgb: Float32[np.ndarray, "h w 3"]
    alpha: Float32[np.ndarray, "h w"]
    depth: Float32[np.ndarray, "h w"]


@dataclass(frozen=True)
class _Rays:
    """Unit rays from one camera; ``forward`` is their component along the optical axis."""

    origin: Float64[np.ndarray, "3"]
    directions: Points
    forward: Scalars

    def at(self, distance: Scalars, index: Int64[np.ndarray, "m"]) -> Points:
        """The points at ``distance`` along the rays ``index``."""
        x, y, z = (
            float(start) + distance * direction[index]
            for start, direction in zip(self.origin, self.directions, strict=True)
        )
        return x, y, z


def _rays(view: View, u: Float64[np.ndarray, "n"], v: Float64[np.ndarray, "n"]) -> _Rays:
    """Rays through picture positions (u, v) in pixels."""
    rotation = view.world_to_camera[:3, :3]
    k = view.intrinsics
    x, y = (u - k[0, 2]) / k[0, 0], (v - k[1, 2]) / k[1, 1]
    norm = np.sqrt(x * x + y * y + 1.0)
    # Written out, because a matrix product may round differently with another number of threads.
    world_x, world_y, world_z = (
        ((column[0] * x + column[1] * y + column[2]) / norm).astype(np.float32)
        for column in rotation.T
    )
    origin = -rotation.T @ view.world_to_camera[:3, 3]
    return _Rays(origin, (world_x, world_y, world_z), (1.0 / norm).astype(np.float32))


def _near_and_far(view: View) -> tuple[float, float]:
    reach = float(np.linalg.norm(view.world_to_camera[:3, 3]))
    return max(reach - _SCENE_RADIUS, 0.05), reach + _SCENE_RADIUS


def _reached_blocks(
    head: Head, view: View, columns: int, rows: int
) -> tuple[Int64[np.ndarray, "b"], Scalars]:
    """Blocks whose cone meets the head, and the distance up to which it is certainly free."""
    block = np.arange(columns * rows)
    u = (block % columns + 0.5) * _BLOCK
    v = (block // columns + 0.5) * _BLOCK
    rays = _rays(view, u, v)
    # Half the block's diagonal, per unit of distance along the ray.
    widths = (_BLOCK / view.intrinsics[0, 0], _BLOCK / view.intrinsics[1, 1])
    spread = float(0.5 * np.hypot(*widths))
    start, stop = _near_and_far(view)
    distance = np.full(block.size, start, dtype=np.float32)
    active = block
    reached = np.zeros(block.size, dtype=bool)
    for _ in range(_COARSE_STEPS):
        free = head.distance(rays.at(distance[active], active)) * _CAUTION
        margin = free - spread * distance[active]
        touching = margin < 0.3 * spread * distance[active]
        reached[active[touching]] = True
        active, margin = active[~touching], margin[~touching]
        distance[active] += margin
        active = active[distance[active] < stop]
        if not active.size:
            break
    reached[active] = True
    index = np.flatnonzero(reached)
    return index, distance[index]


def _march(
    head: Head, rays: _Rays, start: Scalars, stop: float, least: float
) -> tuple[Scalars, Int64[np.ndarray, "m"]]:
    """Distance along each ray to the surface, and which rays hit one.

    least: shortest first step, metres, without which rays along an edge would crawl. If it ends
        inside the surface, the secant step leads out again.
    """
    result = start.copy()
    active: Int64[np.ndarray, _] = np.arange(start.size)
    hit = np.zeros(start.size, dtype=bool)
    along = start
    free = head.distance(rays.at(along, active))
    step = free * _CAUTION
    for _ in range(_FINE_STEPS):
        least *= _IMPATIENCE
        along = along + step
        before, free = free, head.distance(rays.at(along, active))
        # The secant's step is right where the surface is straight; it may not run far past the free
        # sphere, or it would jump through edges.
        secant = free * step / np.maximum(before - free, 1e-7)
        step = np.where(before > free, np.clip(secant, -0.01, 1.8 * np.abs(free)), free * _CAUTION)
        step = np.where(free > 0.0, np.maximum(step, least), step)
        close = np.abs(free) < _HIT
        result[active] = along + np.where(close, free, 0.0)
        hit[active[close]] = True
        keep = np.flatnonzero(~close & (along < stop))
        active, along, free, step = active[keep], along[keep], free[keep], step[keep]
        if not active.size:
            break
    # A ray that grazes the surface for this long counts as a hit.
    hit[active[free < 8.0 * _HIT]] = True
    return result, np.flatnonzero(hit)


def _block_positions(
    block: Int64[np.ndarray, "b"], columns: int
) -> tuple[Float64[np.ndarray, "n"], Float64[np.ndarray, "n"]]:
    """Picture positions of all rays of the blocks: pixel by pixel, the pixel's rays together."""
    pixel = np.arange(_BLOCK)
    sample = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    shape = (block.size, _BLOCK, _BLOCK, _SAMPLES, _SAMPLES)
    left = (block % columns * _BLOCK)[:, None, None, None, None]
    top = (block // columns * _BLOCK)[:, None, None, None, None]
    u = left + pixel[None, None, :, None, None] + sample[None, None, None, None, :]
    v = top + pixel[None, :, None, None, None] + sample[None, None, None, :, None]
    return np.broadcast_to(u, shape).reshape(-1), np.broadcast_to(v, shape).reshape(-1)


def _pixel_depth(z: Float32[np.ndarray, "p s"], view: View) -> Float32[np.ndarray, "p"]:
    """Depth at the pixel's centre from its rays (0 if one missed): their mean if they agree."""
    # Rays of one pixel on a surface seen at up to about 80 degrees differ by less than this.
    footprint = float(1.0 / view.intrinsics[0, 0] + 1.0 / view.intrinsics[1, 1])
    nearest, farthest = z.min(axis=1), z.max(axis=1)
    smooth = (nearest > 0.0) & (farthest - nearest < 1.5 * footprint)
    return np.where(smooth, z.mean(axis=1), 0.0).astype(np.float32)


def render(head: Head, view: View) -> RenderedView:
    """Casts the head into a picture of ``view.width`` x ``view.height``."""
    columns, rows = -(-view.width // _BLOCK), -(-view.height // _BLOCK)
    rgb = np.zeros((columns * rows, _BLOCK * _BLOCK, 3), dtype=np.float32)
    alpha = np.zeros((columns * rows, _BLOCK * _BLOCK), dtype=np.float32)
    depth = np.zeros_like(alpha)
    blocks, starts = _reached_blocks(head, view, columns, rows)
    _, stop = _near_and_far(view)
    least = 0.1 / float(view.intrinsics[0, 0])
    per_pixel = (-1, _SAMPLES * _SAMPLES)
    for begin in range(0, blocks.size, _BLOCKS_PER_CHUNK):
        chunk = blocks[begin : begin + _BLOCKS_PER_CHUNK]
        rays = _rays(view, *_block_positions(chunk, columns))
        first = np.repeat(starts[begin : begin + _BLOCKS_PER_CHUNK], _RAYS_PER_BLOCK)
        distance, hits = _march(head, rays, first, stop, least)
        if not hits.size:
            continue
        directions = (rays.directions[0][hits], rays.directions[1][hits], rays.directions[2][hits])
        colors = np.zeros((first.size, 3), dtype=np.float32)
        colors[hits] = shade(head, rays.at(distance[hits], hits), directions)
        covered = np.zeros(first.size, dtype=np.float32)
        covered[hits] = 1.0
        count = covered.reshape(per_pixel).sum(axis=1)
        total = colors.reshape(-1, _SAMPLES * _SAMPLES, 3).sum(axis=1)
        mean = total / np.maximum(count, 1.0)[:, None]
        z = (distance * rays.forward * covered).reshape(per_pixel)
        rgb[chunk] = mean.reshape(chunk.size, -1, 3)
        alpha[chunk] = (count / (_SAMPLES * _SAMPLES)).reshape(chunk.size, -1)
        depth[chunk] = _pixel_depth(z, view).reshape(chunk.size, -1)
    return RenderedView(
        _assembled(rgb, columns, view),
        _assembled(alpha[..., None], columns, view)[..., 0],
        _assembled(depth[..., None], columns, view)[..., 0],
    )


def _assembled(
    blocks: Float32[np.ndarray, "b p c"], columns: int, view: View
) -> Float32[np.ndarray, "h w c"]:
    """Blocks put back into a picture and cropped to its size."""
    grid = blocks.reshape(-1, columns, _BLOCK, _BLOCK, blocks.shape[-1])
    picture = grid.transpose(0, 2, 1, 3, 4).reshape(
        grid.shape[0] * _BLOCK, columns * _BLOCK, blocks.shape[-1]
    )
    return np.ascontiguousarray(picture[: view.height, : view.width])
