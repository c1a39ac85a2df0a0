"""Pictures of a head through fused kernels."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.timesteps import moment
from nersemble.fields.windows import WindowState
from nersemble.fused.field import FusedBlend, FusedField, unsupported_field
from nersemble.fused.image import LENGTHS, render_rays_in_waves
from nersemble.fused.kernels.ray_losses import MAX_SAMPLES_PER_RAY
from nersemble.fused.wave_graph import TileRenderer, cuda_graph
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import to_unit
from nersemble.marching.occupancy_grid import OccupiedCells
from nersemble.marching.timestep_grids import TimestepGrids
from nersemble.rendering.composite import RenderedRays
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import FieldAt, RenderedImage, Renderer, assembled

_PIXELS_AT_ONCE = 2**21


def max_samples_per_ray(config: HeadModelConfig, scene_box: Float[Tensor, "2 3"]) -> int:
    """Upper bound of the samples on a ray: the outermost box's diagonal in smallest steps."""
    diagonal = math.dist(*scene_box.tolist()) * 2.0 ** (config.occupancy.grid_levels - 1)
    return math.ceil(diagonal / config.marcher.render_step_size) + 4


def unsupported(config: HeadModelConfig, scene_box: Float[Tensor, "2 3"]) -> str | None:
    """Return why the fused kernels do not support this model; None if they do."""
    if max_samples_per_ray(config, scene_box) > MAX_SAMPLES_PER_RAY:
        return (
            f"--render_step_size {config.marcher.render_step_size} puts more than "
            f"{MAX_SAMPLES_PER_RAY} samples on a ray"
        )
    return unsupported_field(config.dynamic_field)


class FusedRenderer(Renderer):
    """Renders bands of some million pixels, front to back, in the timestep's cells. Apart from the
    picture itself (32 bytes per pixel), memory does not grow with its size.

    With ``early_stop_eps`` 0 every sample in the grid of all timesteps is rendered.

    timestep_grids, tiles: caches for the next picture; lengths: of the waves, see
    ``render_rays_in_waves``.
    """

    lengths: Sequence[int] = LENGTHS

    def __init__(self, model: HeadModel) -> None:
        """Take over the model's hash tables.

        Raises:
            ConfigError: the model has parameters that the kernels do not support.
        """
        known = ("field.", "camera_colors.")
        unknown = [name for name, _ in model.named_parameters() if not name.startswith(known)]
        if unknown or type(model.field) is not DynamicField:
            raise ConfigError(
                f"The fused kernels do not support {unknown[0] if unknown else 'this field'}: use "
                "--backend torch."
            )
        super().__init__(model)
        self.field = FusedField(model.field)
        self.timestep_grids = TimestepGrids(model.grid)
        on_gpu = model.device.type == "cuda"
        self.tiles = TileRenderer(cuda_graph if on_gpu else None)

    def image(
        self,
        camera: Camera,
        timestep: float,
        windows: WindowState,
        n_rays: int,
        part: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> RenderedImage:
        """Render a picture band by band, ignoring ``n_rays``; arguments as in
        :meth:`Renderer.image`."""
        bands = []
        self.n_samples = torch.zeros(1, dtype=torch.int64, device=self.model.device)
        for band in _bands(camera):
            with part():
                rays, n_samples = self._render(band, timestep, windows)
            bands.append(rays)
            self.n_samples += n_samples
        return assembled(camera, bands)

    def _field_at(self, timestep: float, windows: WindowState) -> FieldAt:
        blend = self.field.blend(moment(timestep, self.model.device), windows)
        box = self.model.field.scene_box

        def values(positions_world: Tensor, directions: Tensor) -> tuple[Tensor, Tensor]:
            rays = torch.arange(len(directions), dtype=torch.int32, device=directions.device)
            slots, count = torch.zeros_like(rays), torch.full_like(rays[:1], len(rays))
            sigmas, rgbs, _ = blend(to_unit(positions_world, box), slots, directions, rays, count)
            return sigmas, rgbs

        return values

    def _render(
        self, camera: Camera, timestep: float, windows: WindowState
    ) -> tuple[RenderedRays, Int64[Tensor, "1"]]:
        config, scale = self.config, self.field.offset_scale
        blend = self.field.blend(moment(timestep, self.model.device), windows)
        cells = self._cells(blend, timestep, windows)
        memory = cells.binaries, cells.occupied_box, *blend.memory
        return render_rays_in_waves(
            *camera.all_rays(self.model.device),
            cells,
            config.marcher,
            blend,
            offset_scale=scale,
            clip_depth=config.clip_depth_to_batch,
            lengths=self.lengths,
            tiles=self.tiles,
            key=(windows.deformation, *(tensor.data_ptr() for tensor in memory)),
        )

    def _cells(self, blend: FusedBlend, timestep: float, windows: WindowState) -> OccupiedCells:
        """The cells in which samples are taken, valid until the next call."""
        grid, marcher = self.model.grid, self.config.marcher
        if marcher.early_stop_eps == 0 or grid.config.disable_occupancy_grid:
            return grid
        step = marcher.render_step_size
        moment_shown = timestep, windows, step
        return self.timestep_grids.at(moment_shown, blend.density_everywhere, step)


def _bands(camera: Camera) -> list[Camera]:
    """Split the camera's picture into bands of rows that a GPU renders at once."""
    n_rows = max(1, _PIXELS_AT_ONCE // camera.width)
    bands = []
    for first in range(0, camera.height, n_rows):
        intrinsics = camera.intrinsics.clone()
        intrinsics[1, 2] -= first
        rows = min(n_rows, camera.height - first)
        bands.append(Camera(intrinsics, camera.world_to_camera, camera.width, rows))
    return bands
