"""A step on a GPU, where there is none: tensors that say they are on one, and hold nothing.

torch refuses an operation between a GPU's tensor and one of the CPU also then, so that this finds
what tests on the CPU cannot: a tensor made on the wrong device.
"""

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from micro import micro_config
from nersemble.distributed import ALONE
from nersemble.rays.batch import RayBatch, Targets
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.training.config import TrainerConfig
from small_heads import make_head

pytest.importorskip("triton")

from nersemble.fused.batch import DeviceBatch
from nersemble.fused.kernels.launching import collecting
from nersemble.fused.renderer import FusedRenderer, max_samples_per_ray
from nersemble.fused.sampler import Draw
from nersemble.fused.trainer import FusedTrainer

GPU = torch.device("cuda", 0)
N_RAYS, N_SLOTS = 24, 2


class Rays:
    """What the trainer asks of a sampler, on the GPU."""

    world, max_timesteps, n_rays = ALONE, N_SLOTS, N_RAYS
    config = PixelSamplerConfig()

    def prepare(self, step: int) -> Draw:
        return Draw(None, lambda: self.batch(step))

    def batch(self, step: int) -> DeviceBatch:
        def vectors(*shape: int) -> torch.Tensor:
            return torch.empty(shape, device=GPU)

        slots, cameras = torch.empty(2, N_RAYS, dtype=torch.int32, device=GPU).unbind(0)
        timesteps = torch.empty(N_SLOTS, dtype=torch.int64, device=GPU)
        rays = RayBatch(vectors(N_RAYS, 3), vectors(N_RAYS, 3), timesteps, slots, cameras)
        targets = Targets(vectors(N_RAYS, 3), vectors(N_RAYS), vectors(N_RAYS), vectors(N_RAYS, 3))
        return DeviceBatch(rays, targets, vectors(N_RAYS))


def _moved(head: HeadModel) -> HeadModel:
    """The head with its parameters and buffers on the GPU that is none."""
    for module in head.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                module._parameters[name] = torch.nn.Parameter(
                    torch.empty_like(parameter, device=GPU)
                )
        for name, buffer in module._buffers.items():
            if buffer is not None:
                module._buffers[name] = torch.empty_like(buffer, device=GPU)
    return head


@pytest.mark.filterwarnings("ignore:Accessing the data pointer")
def test_all_of_a_step_is_on_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    hopper = SimpleNamespace(multi_processor_count=132, major=9, minor=0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda *_: hopper)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: (9, 0))
    launched: list[str] = []
    numbers: list[torch.Tensor] = []

    def note(kernel: Any, grid: Any, arguments: Any, options: Any) -> None:
        launched.append(kernel.fn.__name__)
        tensors = [a for a in arguments if isinstance(a, torch.Tensor)]
        assert {t.device for t in tensors} == {GPU}, launched[-1]

    given = micro_config()
    config = TrainerConfig(given.loop, given.windows, given.losses, given.optimizers)
    head = make_head()
    # It is computed from numbers of the scene box, of which there are none then.
    longest = max_samples_per_ray(head.config, head.grid.scene_box)
    monkeypatch.setattr("nersemble.fused.trainer.max_samples_per_ray", lambda *_: longest)
    with FakeTensorMode(allow_non_fake_inputs=True), collecting(note):
        trainer = FusedTrainer(config, FusedRenderer(_moved(head)), Rays())  # type: ignore[arg-type]
        # What was measured comes to the host, which fake tensors cannot; grids are another matter.
        monkeypatch.setattr(trainer, "_report", lambda: None)
        monkeypatch.setattr(trainer, "_grid_is_due", lambda: False)
        # What goes to the device is pinned before, which takes a driver.
        monkeypatch.setattr(trainer, "_set_numbers", lambda: None)
        monkeypatch.setattr(trainer._measurements, "push", lambda _, values: numbers.append(values))
        for step in (0, config.windows.window_hash_encodings_end):
            trainer.go_to(step)
            trainer._train_step()
        moments = {
            name: {moment: torch.zeros(value.shape) for moment, value in values.items()}
            for name, values in trainer._flat.moments().items()
        }
        trainer._flat.set_moments(moments)
        kept = [t for values in trainer._flat.moments().values() for t in values.values()]
        assert {t.device for t in kept} == {GPU}
        trainer._train_step()
    assert {"update_kernel", "ray_loss_kernel"} <= set(launched)
    assert [values.device for values in numbers] == [GPU] * 3
