"""The look-up, a whole forward and a backward pass on CUDA, against the CPU's."""

import pytest
import torch

from nersemble.fields.config import FieldConfig, HashEnsembleConfig
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.windows import WindowState
from nersemble.ops.hash_grid import hash_grid_lookup
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.randomness import seeded_generator
from reference import hash_grid as reference

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
_GRID = HashGridConfig(n_levels=16, log2_hashmap_size=15)


@pytest.mark.parametrize("n", [0, 1, 5000])
@pytest.mark.parametrize("one_cell", [False, True])
def test_look_up_forward_and_backward(n: int, one_cell: bool) -> None:
    generator = seeded_generator(1, "gpu test", n)
    grids = torch.randn(3, _GRID.n_entries, 2, generator=generator)
    positions = torch.rand(n, 3, generator=generator) * (1e-4 if one_cell else 1.0)
    slots = torch.randint(3, (n,), generator=generator)
    weight = torch.randn(n, _GRID.n_features, generator=generator)
    results = []
    for device, lookup in (("cpu", reference.hash_grid_lookup), ("cuda", hash_grid_lookup)):
        leaves = [t.clone().to(device).requires_grad_() for t in (grids, positions)]
        features = lookup(*leaves, slots.to(device), _GRID)
        gradients = torch.autograd.grad((features * weight.to(device)).sum(), leaves)
        results.append([t.detach().cpu() for t in (features, *gradients)])
    for wanted, found in zip(*results, strict=True):
        difference = (found - wanted).norm()
        assert difference <= 1e-5 * wanted.norm() + 1e-9


def test_field_forward_and_backward() -> None:
    config = FieldConfig(HashEnsembleConfig(n_hash_encodings=4, log2_hashmap_size=12))
    box = torch.tensor([[-2.5, -2.0, -2.5], [2.5, 3.0, 2.0]])
    generator = seeded_generator(2, "gpu test")
    positions = box[0] + torch.rand(2000, 3, generator=generator) * (box[1] - box[0])
    directions = torch.nn.functional.normalize(torch.randn(2000, 3, generator=generator), dim=-1)
    slots = torch.randint(2, (2000,), generator=generator)
    results = []
    for device in ("cpu", "cuda"):
        field = DynamicField(config, box, 3, seeded_generator(3, "gpu test")).to(device)
        with torch.no_grad():
            field.hash_ensemble.tables.mul_(1e3)
            field.hash_ensemble.codes.mul_(1e2)
        blended = field.blend(torch.tensor([0, 2], device=device), WindowState(3.5, 3.3))
        samples = blended(positions.to(device), directions.to(device), slots.to(device))
        loss = samples.sigmas.log1p().square().mean() + samples.rgbs.square().mean()
        gradients = torch.autograd.grad(loss, list(field.parameters()), allow_unused=True)
        outputs = [samples.sigmas, samples.rgbs, *(g for g in gradients if g is not None)]
        results.append([t.detach().cpu() for t in outputs])
    for wanted, found in zip(*results, strict=True):
        assert (found - wanted).norm() <= 1e-3 * wanted.norm() + 1e-9
