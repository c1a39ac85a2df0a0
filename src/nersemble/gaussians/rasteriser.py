"""Pictures of Gaussians."""

from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional

from nersemble.gaussians.compositing import Compositor
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.projection import Views, project
from nersemble.gaussians.tiles import n_tiles, tile_lists


def render(
    gaussians: Gaussians, views: Views, compositor: Compositor, capacity: int | None = None
) -> tuple[Float[Tensor, "v h w 4"], Int64[Tensor, ""]]:
    """Premultiplied colours and alpha of all views, with gradients for all parameters, and how
    many entries the tiles' lists wanted.

    Args:
        compositor: see ``engines.compositor``.
        capacity: as of :func:`nersemble.gaussians.tiles.tile_lists`.
    """
    tile, splats = compositor.tile, project(gaussians, views)
    lists = tile_lists(splats, views.width, views.height, tile, capacity)
    rows = splats.rows.view(-1, 9).index_select(0, lists.order)
    rows = rows - functional.pad(lists.corners, (0, 7))
    tiles = compositor.composite(rows, lists.starts)
    columns, lines = n_tiles(views.width, tile), n_tiles(views.height, tile)
    pictures = tiles.view(len(views), lines, columns, tile, tile, 4).transpose(2, 3)
    pictures = pictures.reshape(len(views), lines * tile, columns * tile, 4)
    return pictures[:, : views.height, : views.width], lists.n_wanted
