"""Ray batches on the GPU that never make it wait: the fused engine's counterpart of PixelSampler.

Where all frames fit into GPU memory, one kernel draws a batch. Otherwise a thread prepares the next
batches on the CPU, with :meth:`PixelSampler.batch`. Both use ``PixelSampler.images(step)`` and the
same patches, but the kernel draws other single pixels: it gives every image an equal share of the
rays and draws from Philox. A batch depends on the seed and the step alone.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from nersemble.data_manager.frame_store import PixelStore
from nersemble.data_manager.picture_files import decode_depth
from nersemble.distributed import ALONE, World
from nersemble.fused.batch import DeviceBatch
from nersemble.fused.device_numbers import ALIGNMENT, DeviceNumbers
from nersemble.fused.kernels.pixels import (
    CAMERA_WIDTH,
    IMAGE_WIDTH,
    N_DEPTH_CODES,
    ResidentFrames,
    draw_pixels,
)
from nersemble.fused.memory import frame_bytes
from nersemble.fused.prefetcher import Prefetcher
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.rays.batch import RayBatch, Targets
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.patches import pixels_on_head
from nersemble.rays.pixel_sampler import PixelSampler


class Draw(NamedTuple):
    """A batch that is still to be drawn, by launches alone, once or several times. key: equal for
    draws that launch the same and read the same memory; None: no other draw does."""

    key: Hashable
    launch: Callable[[], DeviceBatch]


class BatchSource(ABC):
    """What a trainer draws its batches from.

    config: how; world: the processes that share every batch.
    """

    def __init__(
        self,
        config: PixelSamplerConfig,
        n_timesteps: int,
        seed: int,
        device: torch.device,
        world: World = ALONE,
    ) -> None:
        self.config, self._n_timesteps, self._seed = config, n_timesteps, seed
        self._device, self.world = device, world

    @property
    def n_rays(self) -> int:
        """Rays of a step, of all processes together."""
        return self.config.n_train_rays

    @property
    def max_timesteps(self) -> int:
        """Distinct timesteps of a batch at most."""
        return self.config.most_timesteps(self._n_timesteps)

    @abstractmethod
    def batch(self, step: int) -> DeviceBatch:
        """The rays of an optimizer step and what they should show, without waiting for the GPU.

        Raises:
            CaptureError: a picture of this step cannot be read.
        """

    def prepare(self, step: int) -> "Draw":
        """``batch``, in two parts: what the host does now, and what it launches.

        Raises:
            CaptureError: as ``batch``.
        """
        batch = self.batch(step)
        return Draw(None, lambda: batch)

    def _drawn_from(
        self,
        frames: ResidentFrames,
        images: Tensor,
        timesteps: Tensor,
        step: Int64[Tensor, "1"],
        given: Tensor | None = None,
    ) -> DeviceBatch:
        return draw_pixels(
            frames,
            images,
            timesteps,
            self.config.n_train_rays,
            self._seed,
            step,
            shared=(self.world.rank, self.world.size),
            along_ray=self.config.depth_supervision == "distance",
            random_backgrounds=self.config.background_color == "random",
            given=given,
        )


class BlankBatches(BatchSource):
    """Batches as they will be drawn, from black pictures of one pixel: what a step launches can be
    rehearsed before there are pictures. Without patches, which launch the same kernels."""

    def batch(self, step: int) -> DeviceBatch:
        """As many timesteps as a batch has at most, with depth; one without is drawn as well."""
        device = self._device
        colors = torch.zeros(1, 1, 1, 4, dtype=torch.uint8, device=device)
        codes = torch.zeros(1, 1, 1, dtype=torch.int16, device=device)
        depths = torch.zeros(N_DEPTH_CODES, device=device)
        geometry = torch.zeros(1, CAMERA_WIDTH, device=device)
        images = torch.zeros(1, IMAGE_WIDTH, dtype=torch.int64, device=device)
        timesteps = torch.arange(self.max_timesteps, device=device)
        moment = torch.full((1,), step, device=device)
        for of_depth in (None, codes):
            frames = ResidentFrames(colors, of_depth, depths, geometry)
            batch = self._drawn_from(frames, images, timesteps, moment)
        batch.rays.cameras.zero_()  # torch takes parts of tensors by these, though none are drawn
        return batch


class DeviceSampler(BatchSource):
    """Draws ray batches onto a device; a batch depends on the seed and the step alone.

    Close it (or use it in a ``with`` statement): it may own a thread.
    """

    def __init__(
        self,
        store: PixelStore,
        cameras: Sequence[Camera],
        config: PixelSamplerConfig,
        seed: int,
        device: torch.device,
        *,
        frame_budget_bytes: int,
        world: World = ALONE,
    ) -> None:
        """Reads all frames and uploads them if they fit, which takes a while.

        Args:
            frame_budget_bytes: what resident frames may occupy; 0 keeps them off the device.
            world: of a batch, every process gets its share.

        Raises:
            CaptureError: a picture cannot be read.
            ValueError: the cameras are not those of the store.
        """
        wrong = [c for c in cameras if (c.height, c.width) != store.image_shape]
        if wrong or len(cameras) != store.n_cameras:
            raise ValueError(f"{len(cameras)} cameras, {len(wrong)} of another size than pictures")
        if device == torch.device("cuda"):
            # The prefetching thread has a current GPU of its own.
            device = torch.device("cuda", torch.cuda.current_device())
        super().__init__(config, store.n_timesteps, seed, device, world)
        self._sampler = PixelSampler(store, cameras, config, seed, world)
        self._frames = _upload(store, cameras, device, frame_budget_bytes)
        self._numbers: DeviceNumbers | None = None
        self._prefetcher: Prefetcher[_PackedBatch] | None = None
        if self._frames is None:
            self._prefetcher = Prefetcher(self._packed_batch)
            if device.type == "cuda":
                self._copy_stream = torch.cuda.Stream(device)

    def batch(self, step: int) -> DeviceBatch:
        if self._prefetcher is not None:
            return self._fetched(self._prefetcher.take(step))
        return self._draw(step, kept=False).launch()

    def prepare(self, step: int) -> Draw:
        # Of several processes each would send what only fills up.
        kept = self._frames is not None and self.world.size == 1
        return self._draw(step, kept=True) if kept else super().prepare(step)

    def close(self) -> None:
        """Ends the thread, if there is one; :meth:`batch` must not be called afterwards."""
        if self._prefetcher is not None:
            self._prefetcher.close()

    def __enter__(self) -> "DeviceSampler":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _draw(self, step: int, *, kept: bool) -> Draw:
        """From resident frames. kept: through the memory of the last such draw, with as many
        timesteps."""
        frames = self._frames
        assert frames is not None
        pairs = self._sampler.images(step).tolist()
        timesteps = sorted({timestep for _, timestep in pairs})
        rows = _image_rows(pairs, timesteps, self._n_timesteps)
        chosen, draws = self._sampler.patches(step, len(pairs))
        pictures = [camera * self._n_timesteps + timestep for camera, timestep in pairs]
        row_of = {row[0]: index for index, row in enumerate(rows)}
        patch_rows = [row_of[pictures[image]] for image in chosen.tolist()]
        n_timesteps = len(timesteps)
        if kept:
            timesteps += timesteps[-1:] * (self.max_timesteps - n_timesteps)
        # One transfer; what kernels read comes first because there all is aligned.
        numbers = [*chain.from_iterable(rows), step, 0, n_timesteps, 0]
        numbers += [*timesteps, *patch_rows, *draws.tolist()]
        on_device = self._numbers
        if not kept or on_device is None or len(on_device.values) != len(numbers):
            on_device = DeviceNumbers(len(numbers), torch.int64, self._device)
        if kept:
            self._numbers = on_device
        on_device.set(numbers)
        values = on_device.values
        sizes = [len(rows) * IMAGE_WIDTH, 2, 2, len(timesteps), len(draws), len(draws)]

        def launch() -> DeviceBatch:
            table, moment, count, moments, of_patches, places = values.split(sizes)
            table = table.view(len(rows), IMAGE_WIDTH)
            given = self._patch_pixels(table, of_patches, places)
            drawn = self._drawn_from(frames, table, moments, moment[:1], given)
            return replace(drawn, n_timesteps=n_timesteps, n_slots=count[:1])

        key = None if len(draws) else (values.data_ptr(), len(rows))
        return Draw(key, launch)

    def _patch_pixels(
        self, table: Int64[Tensor, "m 4"], rows: Int64[Tensor, "p"], draws: Int64[Tensor, "p"]
    ) -> Int64[Tensor, "n 3"] | None:
        """Row of the table, row and column of all pixels in patches; None without patches."""
        if len(rows) == 0:
            return None
        assert self._frames is not None
        size = self.config.patch_size
        alphas = self._frames.colors[table[rows, 0]][..., 3]
        pixels = pixels_on_head(alphas, draws, size)
        of_pixels = rows[:, None, None].expand(-1, size**2, 1)
        return torch.cat([of_pixels, pixels], -1).flatten(0, 1)

    def _packed_batch(self, step: int) -> "_PackedBatch":
        """A batch drawn on the CPU (in the thread), in one buffer."""
        if self._device.type == "cuda":
            # Pinned memory belongs to a GPU, and a new thread begins with the first one.
            torch.cuda.set_device(self._device)
        rays, targets = self._sampler.batch(step)
        jitter = self._sampler.jitter(step)
        tensors = (
            rays.timesteps, rays.slots.to(torch.int32), rays.cameras.to(torch.int32),
            rays.origins_world, rays.directions,
            targets.rgbs, targets.alphas, targets.depths_world, targets.backgrounds, jitter,
        )  # fmt: skip
        return _pack(tensors, self._device)

    def _fetched(self, packed: "_PackedBatch") -> DeviceBatch:
        if self._device.type != "cuda":
            return _as_batch(packed.tensors(packed.buffer))
        # On a stream of its own, the copy does not queue behind the steps before.
        now = torch.cuda.current_stream(self._device)
        with torch.cuda.stream(self._copy_stream):
            moved = packed.buffer.to(self._device, non_blocking=True)
        now.wait_stream(self._copy_stream)
        moved.record_stream(now)
        return _as_batch(packed.tensors(moved))


def _as_batch(parts: Sequence[Tensor]) -> DeviceBatch:
    (
        timesteps, slots, cameras, origins, directions,
        rgbs, alphas, depths, backgrounds, jitter,
    ) = parts  # fmt: skip
    rays = RayBatch(origins, directions, timesteps, slots, cameras)
    return DeviceBatch(rays, Targets(rgbs, alphas, depths, backgrounds), jitter)


def _image_rows(
    pairs: Sequence[Sequence[int]], timesteps: Sequence[int], n_timesteps: int
) -> list[list[int]]:
    """M rows of 4 numbers for ``draw_pixels``. Images of a timestep become neighbours: so do
    look-ups in its grid.

    Timesteps stay in the random order of their first images: where a step has no room for all
    rays, the last are dropped, and that must not always hit the same timesteps.
    """
    slot_of = {timestep: slot for slot, timestep in enumerate(timesteps)}
    groups: dict[int, list[int]] = {}
    for camera, timestep in pairs:
        groups.setdefault(timestep, []).append(camera)
    return [
        [camera * n_timesteps + timestep, camera, slot_of[timestep], 0]
        for timestep, cameras in groups.items()
        for camera in cameras
    ]


def _upload(
    store: PixelStore, cameras: Sequence[Camera], device: torch.device, budget: int
) -> ResidentFrames | None:
    """All frames on the device; None as soon as it is known that they do not fit the budget."""
    n, (height, width) = store.n_images, store.image_shape
    if frame_bytes(n, store.image_shape, with_depth=False) > budget:
        return None
    colors = torch.empty(n, height, width, 4, dtype=torch.uint8, device=device)
    codes: Tensor | None = None
    # Timestep by timestep, as the files lie on disk.
    for timestep in range(store.n_timesteps):
        for camera in range(store.n_cameras):
            frame = store.frame(camera, timestep)
            index = camera * store.n_timesteps + timestep
            rgba = np.concatenate([frame.rgb, frame.alpha[..., None]], -1)
            colors[index].copy_(torch.from_numpy(rgba))
            if frame.depth is None:
                continue
            if codes is None:
                if frame_bytes(n, store.image_shape, with_depth=True) > budget:
                    return None
                codes = torch.zeros(n, height, width, dtype=torch.int16, device=device)
            codes[index].copy_(torch.tensor(frame.depth.view(np.int16)))
    depths = decode_depth(np.arange(N_DEPTH_CODES, dtype=np.uint16))
    table = torch.from_numpy(depths) * SCALE_FACTOR
    return ResidentFrames(colors, codes, table.to(device), _camera_table(cameras).to(device))


def _camera_table(cameras: Sequence[Camera]) -> Float32[Tensor, "cameras 16"]:
    """Rows as ``ResidentFrames`` wants them, computed in float64."""
    unused = torch.zeros(1, dtype=torch.float64)
    rows = [
        torch.cat([c.ray_map.flatten(), c.center_world, c.world_to_camera[2, :3], unused])
        for c in cameras
    ]
    return torch.stack(rows).float()


@dataclass(frozen=True)
class _PackedBatch:
    """Tensors one after the other in a buffer of bytes.

    layout: dtype, shape and first byte of each.
    """

    buffer: Tensor
    layout: tuple[tuple[torch.dtype, torch.Size, int], ...]

    def tensors(self, buffer: Tensor) -> list[Tensor]:
        """Views of the tensors in ``buffer``, which is this one's or its copy."""
        return [
            buffer[first : first + shape.numel() * dtype.itemsize].view(dtype).view(shape)
            for dtype, shape, first in self.layout
        ]


def _pack(tensors: Sequence[Tensor], device: torch.device) -> _PackedBatch:
    layout, end = [], 0
    for tensor in tensors:
        layout.append((tensor.dtype, tensor.shape, end))
        end += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    # torch reuses freed pinned memory only after the transfers from it are done.
    buffer = torch.empty(end, dtype=torch.uint8, pin_memory=device.type == "cuda")
    packed = _PackedBatch(buffer, tuple(layout))
    for target, tensor in zip(packed.tensors(packed.buffer), tensors, strict=True):
        target.copy_(tensor)
    return packed
