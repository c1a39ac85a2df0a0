"""Pictures of Gaussians."""

from jaxtyping import Float, Int64
from torch import Tensor
from torch.nn import functional

from nersemble.gaussians.compositing import Composite
from nersemble.gaussians.gaussians import Gaussians
from nersemble.gaussians.projection import Views, project
from nersemble.gaussians.tiles import TILE, n_tiles, tile_lists


def render(
    gaussians: Gaussians, views: Views, composite: Composite, capacity: int | None = None
) -> tuple[Float[Tensor, "v h w 4"], Int64[Tensor, ""]]:
    """Premultiplied colours and alpha of all views, with gradients for all parameters, and how
    many entries the tiles' lists wanted.

    Args:
        composite: what composites the tiles, see ``engines.compositor``.
        capacity: as of :func:`nersemble.gaussians.tiles.tile_lists`.
    """
    splats = project(gaussians, views)
    lists = tile_lists(splats, views.width, views.height, capacity)
    rows = splats.rows.view(-1, 9).index_select(0, lists.order)
    tiles = composite(rows - functional.pad(lists.corners, (0, 7)), lists.starts)
    columns, lines = n_tiles(views.width), n_tiles(views.height)
    pictures = tiles.view(len(views), lines, columns, TILE, TILE, 4).transpose(2, 3)
    pictures = pictures.reshape(len(views), lines * TILE, columns * TILE, 4)
    return pictures[:, : views.height, : views.width], lists.n_wanted
