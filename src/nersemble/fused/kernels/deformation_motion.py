"""Parts of the deformation kernels: the windowed encoding and the rigid motion
(method.md, Deformation).

The motion and its gradient follow ``geometry/se3.py``. With r the rotation, v the translation,
p the point, q = max(|r|^2, 1e-4), a = sqrt(q),
f = sin(a) / a, s = (1 - cos(a)) / q, t = (a - sin(a)) / (q a):

    offset = f r x p + v + s r x v + r x (s r x p + t r x v).
"""

import triton
import triton.language as tl

from nersemble.fields.deformation_field import ENCODING_WIDTH, N_BANDS
from nersemble.fused.kernels.parts import HALF_MAX
from nersemble.geometry.se3 import SQUARED_ANGLE_MIN

PADDED_ENCODING = 64
"""Columns of an encoding as a matrix operand; those from ENCODING_WIDTH on are zero."""

_BANDS = tl.constexpr(N_BANDS)
_WAVES = tl.constexpr(3 * N_BANDS)
_USED = tl.constexpr(ENCODING_WIDTH)
_COLUMNS = tl.constexpr(PADDED_ENCODING)
_SQUARED_MIN = tl.constexpr(SQUARED_ANGLE_MIN)
_PI = tl.constexpr(3.141592653589793)


@triton.jit
def to_half(x):
    """Casts to half precision without overflow."""
    return tl.minimum(tl.maximum(x, -HALF_MAX), HALF_MAX).to(tl.float16)


@triton.jit
def _sine_of_turns(turns):
    """sin(2 pi turns) to 1e-7. A library sine would carry a slow branch for large arguments."""
    turns -= tl.floor(turns + 0.5)
    folded = tl.where(turns > 0.25, 0.5 - turns, turns)
    folded = tl.where(turns < -0.25, -0.5 - turns, folded)
    x = folded * (2 * _PI)
    y = x * x
    series = 1.0 / 362880 - y * (1.0 / 39916800)
    series = -1.0 / 5040 + y * series
    series = 1.0 / 120 + y * series
    series = -1.0 / 6 + y * series
    return x + x * y * series


@triton.jit
def encoding_tile(x, y, z, window):
    """Encodings [BLOCK, 64] in half precision; columns as in ``windowed_encoding``, then zeros."""
    column = tl.arange(0, _COLUMNS)
    is_wave = column < 2 * _WAVES
    shifted = is_wave & (column >= _WAVES)
    wave = tl.where(shifted, column - _WAVES, column)
    axis = tl.where(is_wave, wave // _BANDS, column - 2 * _WAVES)[None, :]
    band = tl.where(is_wave, wave % _BANDS, 0)
    frequency = (1 << band).to(tl.float32)[None, :]
    rise = tl.minimum(tl.maximum(window - band.to(tl.float32), 0.0), 1.0)
    weight = 0.5 * (1 - tl.cos(rise * _PI))
    phase = tl.where(shifted, 0.25, 0.0)[None, :]
    position = tl.where(axis == 1, y[:, None], z[:, None])
    position = tl.where(axis == 0, x[:, None], position)
    waves = weight[None, :] * _sine_of_turns(position * frequency + phase)
    value = tl.where(is_wave[None, :], waves, position * (2 * _PI))
    return to_half(tl.where((column < _USED)[None, :], value, 0.0))


@triton.jit
def cross(ax, ay, az, bx, by, bz):
    """a x b."""
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


@triton.jit
def _quotients(q):
    """f, s, t, and the slopes of s and t over q; series where the closed forms cancel."""
    small = q < 1.0
    y = tl.where(small, q, 0.0)
    s_series = -1.0 / 40320 + y * (1.0 / 3628800)
    s_series = 1.0 / 2 + y * (-1.0 / 24 + y * (1.0 / 720 + y * s_series))
    t_series = -1.0 / 362880 + y * (1.0 / 39916800)
    t_series = 1.0 / 6 + y * (-1.0 / 120 + y * (1.0 / 5040 + y * t_series))
    ds_series = -1.0 / 13440 + y * (1.0 / 907200)
    ds_series = -1.0 / 24 + y * (1.0 / 360 + y * ds_series)
    dt_series = 1.0 / 9979200 - y * (5.0 / 6227020800)
    dt_series = -1.0 / 120 + y * (1.0 / 2520 + y * (-1.0 / 120960 + y * dt_series))
    large = tl.where(small, 1.0, q)
    angle = tl.sqrt(large)
    sine = tl.sin(angle)
    s = tl.where(small, s_series, (1 - tl.cos(angle)) / large)
    t = tl.where(small, t_series, (angle - sine) / (large * angle))
    f = tl.where(small, 1 - q * t_series, sine / angle)
    ds = tl.where(small, ds_series, (f - 2 * s) / (2 * large))
    dt = tl.where(small, dt_series, (s - 3 * t) / (2 * large))
    return f, s, t, ds, dt


@triton.jit
def motion(rx, ry, rz, vx, vy, vz, px, py, pz):
    """By how much exp([v, r]) moves the points; zero where that is not a number."""
    q = tl.maximum(rx * rx + ry * ry + rz * rz, _SQUARED_MIN)
    f, s, t, _, _ = _quotients(q)
    ux, uy, uz = cross(rx, ry, rz, px, py, pz)
    wx, wy, wz = cross(rx, ry, rz, vx, vy, vz)
    ex, ey, ez = cross(rx, ry, rz, s * ux + t * wx, s * uy + t * wy, s * uz + t * wz)
    ox = f * ux + vx + s * wx + ex
    oy = f * uy + vy + s * wy + ey
    oz = f * uz + vz + s * wz + ez
    return tl.where(ox == ox, ox, 0.0), tl.where(oy == oy, oy, 0.0), tl.where(oz == oz, oz, 0.0)


@triton.jit
def motion_backward(rx, ry, rz, vx, vy, vz, px, py, pz, gx, gy, gz):
    """Gradients of r and v, given g, that of the offsets."""
    squared = rx * rx + ry * ry + rz * rz
    f, s, t, ds, dt = _quotients(tl.maximum(squared, _SQUARED_MIN))
    ux, uy, uz = cross(rx, ry, rz, px, py, pz)
    wx, wy, wz = cross(rx, ry, rz, vx, vy, vz)
    hx, hy, hz = cross(gx, gy, gz, rx, ry, rz)
    # g . (r x (r x a)) = (g x r) . (r x a), hence the products with h.
    along_s = hx * ux + hy * uy + hz * uz + gx * wx + gy * wy + gz * wz
    along_t = hx * wx + hy * wy + hz * wz
    along_f = gx * ux + gy * uy + gz * uz
    # df/dq = (t - s) / 2: the same as (cos - f) / (2 q), but nothing cancels.
    slope = along_f * 0.5 * (t - s) + along_s * ds + along_t * dt
    slope = tl.where(squared > _SQUARED_MIN, 2 * slope, 0.0)
    ax, ay, az = cross(
        f * px + s * (vx + ux) + t * wx,
        f * py + s * (vy + uy) + t * wy,
        f * pz + s * (vz + uz) + t * wz,
        gx, gy, gz,
    )  # fmt: skip
    bx, by, bz = cross(s * px + t * vx, s * py + t * vy, s * pz + t * vz, hx, hy, hz)
    cx, cy, cz = cross(hx, hy, hz, rx, ry, rz)
    return (
        ax + bx + slope * rx,
        ay + by + slope * ry,
        az + bz + slope * rz,
        gx + s * hx + t * cx,
        gy + s * hy + t * cy,
        gz + s * hz + t * cz,
    )
