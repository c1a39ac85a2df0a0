"""The field through tinycudann, by a stand-in with its documented layout, against our own path."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fake_packages import install_tinycudann
from golden_values import CHECKPOINT, SHARED, STATES, TOLERANCES, relative_error, tensors
from nersemble.errors import ConfigError
from nersemble.fields.config import FieldConfig, HashEnsembleConfig
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.tcnn_field import TcnnField
from nersemble.fields.windows import WindowState
from nersemble.interop.released import read_released
from nersemble.ops import tcnn
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.randomness import seeded_generator
from small_heads import BOX, N_TIMESTEPS, field_config, liven, make_field

_GRID = HashGridConfig(n_levels=3, log2_hashmap_size=10, base_resolution=4, growth=1.6)


def _pair(n_tables: int, device: str = "cpu", **settings: Any) -> tuple[DynamicField, TcnnField]:
    """The same field in plain torch and through tinycudann."""
    ensemble = HashEnsembleConfig(
        n_hash_encodings=n_tables,
        **{"n_levels": 3, "log2_hashmap_size": 10, "base_resolution": 4, "growth": 1.6} | settings,
    )
    config = FieldConfig(ensemble, field_config().deformation)
    fields = []
    for _ in range(2):
        field = DynamicField(config, BOX, N_TIMESTEPS, torch.Generator().manual_seed(0))
        liven(field)
        fields.append(field.to(device))
    ours, theirs = fields
    return ours, TcnnField(theirs)


def _points(n: int = 200, device: str = "cpu", width: float = 1.1) -> tuple[Tensor, Tensor, Tensor]:
    """Positions in and around the box, in one of ``width`` times its size; directions, slots."""
    generator = torch.Generator().manual_seed(3)
    spread = (torch.rand(n, 3, generator=generator) - 0.5) * width + 0.5
    positions = BOX[0] + spread * (BOX[1] - BOX[0])
    directions = torch.nn.functional.normalize(torch.randn(n, 3, generator=generator), dim=-1)
    slots = torch.randint(2, (n,), generator=generator)
    return positions.to(device), directions.to(device), slots.to(device)


def _module(field: DynamicField | TcnnField) -> DynamicField:
    return field.field if isinstance(field, TcnnField) else field


def _outputs_and_gradients(
    field: DynamicField | TcnnField,
    window: float,
    points: tuple[Tensor, Tensor, Tensor] | None = None,
) -> dict[str, Tensor]:
    """Samples, and the gradient of every parameter and of the positions."""
    positions, directions, slots = points or _points()
    positions = positions.detach().requires_grad_()
    timesteps = torch.tensor([2, 0], device=positions.device)
    samples = field.blend(timesteps, WindowState(7.0, window))(positions, directions, slots)
    loss = samples.rgbs.square().mean() + torch.log1p(samples.sigmas).mean()
    loss.backward()
    found = {"sigmas": samples.sigmas, "rgbs": samples.rgbs, "positions": positions.grad}
    found |= {name: parameter.grad for name, parameter in _module(field).named_parameters()}
    return {name: value.detach() for name, value in found.items() if value is not None}


def _assert_close(found: dict[str, Tensor], wanted: dict[str, Tensor], tolerance: float) -> None:
    # A table's gradient may be absent in one and zero in the other, where no window opens it.
    for name in found.keys() | wanted.keys():
        assert name in found, name
        assert name in wanted, name
        if wanted[name].any():
            assert relative_error(found[name], wanted[name]) < tolerance, name
        else:
            assert not found[name].any(), name


@pytest.mark.parametrize(
    ("n_tables", "window", "settings"),
    [
        (1, 1.0, {}),
        (1, 1.0, {"use_hash_ensemble": False}),
        (2, 2.0, {}),
        (4, 4.0, {}),
        (4, 1.0, {}),
        (8, 1.5, {}),
        (8, 4.3, {}),
        (8, 8.0, {"n_levels": 8, "growth": 1.4472692012786865}),
    ],
)
def test_samples_and_gradients_are_ours(
    monkeypatch: pytest.MonkeyPatch, n_tables: int, window: float, settings: dict[str, Any]
) -> None:
    install_tinycudann(monkeypatch)
    ours, theirs = _pair(n_tables, **settings)
    wanted, found = (_outputs_and_gradients(field, window) for field in (ours, theirs))
    assert "hash_ensemble.tables" in wanted
    _assert_close(found, wanted, 2e-5)


def test_no_gradient_is_needed_for_densities(monkeypatch: pytest.MonkeyPatch) -> None:
    install_tinycudann(monkeypatch)
    ours, theirs = _pair(4)
    positions, _, slots = _points()
    with torch.no_grad():
        blends = [f.blend(torch.tensor([0, 1]), WindowState(7.0, 4.0)) for f in (ours, theirs)]
        wanted, found = (blend.density(positions, slots) for blend in blends)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
    assert [len(blend.grids) for blend in blends] == [2, 2]


def test_a_batch_without_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    install_tinycudann(monkeypatch)
    _, theirs = _pair(4)
    positions, directions, slots = _points(0)
    blended = theirs.blend(torch.tensor([0]), WindowState(7.0, 4.0))
    samples = blended(positions, directions, slots)
    assert samples.rgbs.shape == (0, 3)
    (samples.rgbs.sum() + samples.sigmas.sum()).backward()
    gradient = theirs.field.hash_ensemble.tables.grad
    assert gradient is not None
    assert not gradient.any()
    assert blended.density(positions, slots).shape == (0,)


def test_small_gradients_survive_16_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch's mean leaves gradients far below the smallest 16 bit number."""
    install_tinycudann(monkeypatch, torch.float16)
    ours, theirs = _pair(4)
    results = []
    for field in (ours, theirs):
        positions, _, slots = _points()
        blended = field.blend(torch.tensor([0, 1]), WindowState(7.0, 4.0))
        (blended.geometry(positions, slots).features.square().mean() * 1e-8).backward()
        results.append(_module(field).hash_ensemble.tables.grad)
        assert blended.density(positions, slots).dtype == torch.float32
    wanted, found = results
    assert wanted is not None
    assert found is not None
    assert wanted.abs().max() < 6e-8
    assert found.dtype == torch.float32
    assert relative_error(found, wanted) < 0.02


def test_points_outside_of_the_box_teach_the_tables_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of them are looked up at one corner, whose entries would take their sum in 16 bits."""
    install_tinycudann(monkeypatch, torch.float16)
    gradients = []
    for field in _pair(4):
        tables, timesteps = _module(field).hash_ensemble.tables, torch.tensor([0, 1])
        positions, directions, slots = _points(4000, width=3.0)
        blended = field.blend(timesteps, WindowState(7.0, 4.0))
        outside = positions + 1e3
        features, inside = blended.features(outside, torch.zeros_like(outside), slots)
        assert not inside.any()
        assert torch.equal(features, blended.grids.lookup(torch.zeros_like(outside), slots))
        assert not torch.autograd.grad(features.sum(), tables)[0].any()
        samples = field.blend(timesteps, WindowState(7.0, 4.0))(positions, directions, slots)
        assert (samples.sigmas == 0).float().mean() > 0.9
        gradients += torch.autograd.grad(samples.rgbs.square().mean(), tables)
    wanted, found = gradients
    assert wanted.any()
    assert relative_error(found, wanted) < 0.04


def test_an_entry_holds_the_features_of_all_tables() -> None:
    tables = torch.randn(4, 5, 2)
    packed = tcnn.pack_tables(tables)
    for table, entry, feature in ((0, 0, 0), (3, 0, 1), (1, 4, 0), (2, 3, 1)):
        assert packed[entry * 8 + table * 2 + feature] == tables[table, entry, feature]
    assert torch.equal(tcnn.unpack_tables(packed, 4, 2), tables)


def test_the_parameters_and_their_names_stay_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    install_tinycudann(monkeypatch)
    ours, theirs = _pair(4)
    assert ours.state_dict().keys() == theirs.field.state_dict().keys()
    other = make_field(seed=5)
    theirs.field.load_state_dict(other.state_dict())
    wanted, found = (_outputs_and_gradients(field, 4.0) for field in (other, theirs))
    _assert_close(found, wanted, 2e-5)


@pytest.mark.parametrize("n_tables", [3, 6])
def test_tables_that_do_not_fill_encodings_are_refused(
    monkeypatch: pytest.MonkeyPatch, n_tables: int
) -> None:
    install_tinycudann(monkeypatch)
    with pytest.raises(ConfigError, match=f"{n_tables} hash tables.* --n_hash_encodings must be"):
        tcnn.TcnnTables(n_tables, _GRID)


def test_a_layout_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = install_tinycudann(monkeypatch)
    original: Callable[..., nn.Module] = fake.Encoding

    def larger(n: int, config: dict[str, Any]) -> nn.Module:
        return original(n, config | {"n_levels": config["n_levels"] + 1})

    monkeypatch.setattr(fake, "Encoding", larger)
    with pytest.raises(ConfigError, match=r"tinycudann needs .* parameters, but this model has"):
        tcnn.TcnnTables(4, _GRID)


@pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs ../shared/golden")
def test_the_originals_flat_parameters_are_what_ours_pack_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Straight from its checkpoint into the stand-in, around everything of ours."""
    fake = install_tinycudann(monkeypatch)
    released = read_released(CHECKPOINT)
    model = torch.load(CHECKPOINT, map_location="cpu", weights_only=True)["pipeline"]
    grid = released.config.hash_ensemble.grid
    mine = tcnn.TcnnTables(8, grid)
    tables = released.field_state["hash_ensemble.tables"]
    opened = mine.open(tables, torch.eye(8), 8)
    positions = torch.rand(50, 3, generator=seeded_generator(0, "golden layout"))
    for index in range(2):
        flat = model[f"_model.field.hash_ensemble.hash_encodings.{index}.params"]
        assert torch.equal(opened.packed[index], flat)
        module = fake.Encoding(
            3,
            {
                "otype": "HashGrid", "n_levels": 16, "n_features_per_level": 8,
                "log2_hashmap_size": 13, "base_resolution": 16,
                "per_level_scale": 1.4472692012786865,
            },
        )  # fmt: skip
        module.params.data.copy_(flat)
        wanted = module(positions).view(50, 16, 4, 2)
        for table in range(4):
            slots = torch.full((50,), index * 4 + table)
            found = opened.lookup(positions, slots).view(50, 16, 2)
            assert torch.equal(found, wanted[:, :, table])
    network = fake.Network(
        18,
        3,
        {
            "activation": "ReLU", "output_activation": "None", "n_neurons": 64,
            "n_hidden_layers": 2,
        },
    )  # fmt: skip
    network.params.data.copy_(model["_model.field.mlp_head.params"])
    inputs = torch.rand(50, 18, generator=seeded_generator(1, "golden layout"))
    matrices = [released.field_state[f"color_mlp.weights.{i}"] for i in range(3)]
    assert torch.equal(tcnn.TcnnMLP(matrices, 18, 3)(matrices, inputs), network(inputs))


@pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs ../shared/golden")
@pytest.mark.parametrize("state", STATES)
@torch.no_grad()
def test_the_originals_values(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    install_tinycudann(monkeypatch)
    golden = tensors(SHARED / "golden.npz")
    released = read_released(CHECKPOINT)
    generator = seeded_generator(0, "replaced")
    field = DynamicField(released.config, released.scene_box, released.n_timesteps, generator)
    field.load_state_dict(released.field_state)
    through = TcnnField(field)
    windows = WindowState(
        float(golden[f"{state}_window_deform"]), float(golden[f"{state}_window_hash"])
    )
    blended = through.blend(torch.arange(field.n_timesteps), windows)
    positions, slots = golden["positions_world"], golden["timesteps"]
    features, _ = blended.features(positions, blended.offsets_unit(positions, slots), slots)
    samples = blended(positions, golden["directions"], slots)
    found = {"features": features, "sigma": samples.sigmas, "rgb": samples.rgbs}
    for name, value in found.items():
        assert relative_error(value, golden[f"{state}_{name}"]) <= TOLERANCES[name], name


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("n_tables", [1, 2, 8])
@pytest.mark.parametrize(("n", "width"), [(200, 1.1), (4000, 3.0)])
def test_the_real_package(n_tables: int, n: int, width: float) -> None:
    pytest.importorskip("tinycudann")
    ours, theirs = _pair(n_tables, "cuda", n_levels=8)
    points, window = _points(n, "cuda", width), float(n_tables)
    wanted, found = (_outputs_and_gradients(field, window, points) for field in (ours, theirs))
    _assert_close(found, wanted, 0.05)
