"""Parts of kernels: colours as a ray's camera records them (rendering/camera_colors.py)."""

import triton
import triton.language as tl

from nersemble.fused.kernels.parts import load_triple, store_triple


@triton.jit
def recorded(corrections_ptr, ray, red, green, blue):
    """``[c, 1] @ A`` of colours c on the ray."""
    red_0, green_0, blue_0 = load_triple(corrections_ptr, ray * 4, True)
    red_1, green_1, blue_1 = load_triple(corrections_ptr, ray * 4 + 1, True)
    red_2, green_2, blue_2 = load_triple(corrections_ptr, ray * 4 + 2, True)
    red_3, green_3, blue_3 = load_triple(corrections_ptr, ray * 4 + 3, True)
    return (
        red * red_0 + green * red_1 + blue * red_2 + red_3,
        red * green_0 + green * green_1 + blue * green_2 + green_3,
        red * blue_0 + green * blue_1 + blue * blue_2 + blue_3,
    )


@triton.jit
def recorded_backward(
    corrections_ptr, d_corrections_ptr, ray, weights, red, green, blue, d_red, d_green, d_blue
):
    """Turns the gradient of the ray's recorded colour into that of its colour, and writes that of
    A. The weights and colours c are those of its samples."""
    row, accumulation = ray * 4, tl.sum(weights, axis=0)
    red = tl.sum(weights * red, axis=0)
    green = tl.sum(weights * green, axis=0)
    blue = tl.sum(weights * blue, axis=0)
    store_triple(d_corrections_ptr, row, True, red * d_red, red * d_green, red * d_blue)
    store_triple(d_corrections_ptr, row + 1, True, green * d_red, green * d_green, green * d_blue)
    store_triple(d_corrections_ptr, row + 2, True, blue * d_red, blue * d_green, blue * d_blue)
    store_triple(
        d_corrections_ptr, row + 3, True,
        accumulation * d_red, accumulation * d_green, accumulation * d_blue,
    )  # fmt: skip
    red_0, green_0, blue_0 = load_triple(corrections_ptr, row, True)
    red_1, green_1, blue_1 = load_triple(corrections_ptr, row + 1, True)
    red_2, green_2, blue_2 = load_triple(corrections_ptr, row + 2, True)
    return (
        d_red * red_0 + d_green * green_0 + d_blue * blue_0,
        d_red * red_1 + d_green * green_1 + d_blue * blue_1,
        d_red * red_2 + d_green * green_2 + d_blue * blue_2,
    )
