"""LPIPS from files in every layout that is out there, against its formula written out."""

import sys
from collections.abc import Mapping
from pathlib import Path

import lpips as lpips_package
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

from nersemble.errors import CheckpointError, ConfigError, MissingDependencyError
from nersemble.evaluation.lpips_metric import load_lpips

# index in torchvision's features, in, out, kernel, stride, padding, max pooling in front
LAYERS = (
    (0, 3, 64, 11, 4, 2, False),
    (3, 64, 192, 5, 1, 2, True),
    (6, 192, 384, 3, 1, 1, True),
    (8, 384, 256, 3, 1, 1, False),
    (10, 256, 256, 3, 1, 1, False),
)
SLICES = ("slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10")
RELEASED_PREFIX = "_model.lpips.net."


@pytest.fixture(scope="module")
def torchvision_state() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(0)
    state = {}
    for index, n_in, n_out, kernel, *_ in LAYERS:
        scale = (n_in * kernel**2) ** -0.5
        shape = (n_out, n_in, kernel, kernel)
        state[f"features.{index}.weight"] = torch.randn(shape, generator=generator) * scale
        state[f"features.{index}.bias"] = torch.randn(n_out, generator=generator) * 0.1
    # Never read, as of AlexNet's classifier.
    state["classifier.1.weight"] = torch.zeros(4, 4)
    return state


@pytest.fixture(scope="module")
def linear_layers() -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.rand((1, layer[2], 1, 1), generator=generator) for layer in LAYERS]


@pytest.fixture
def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    truth = rng.random((61, 45, 3)).astype(np.float32)
    prediction = np.clip(truth + rng.normal(0, 0.2, truth.shape), 0, 1).astype(np.float32)
    return prediction, truth


def in_lpips_layout(
    state: Mapping[str, Tensor], linear: list[Tensor], prefix: str
) -> dict[str, Tensor]:
    renamed = {
        f"{prefix}net.{name}.{kind}": state[f"features.{layer[0]}.{kind}"]
        for layer, name in zip(LAYERS, SLICES, strict=True)
        for kind in ("weight", "bias")
    }
    for index, weight in enumerate(linear):
        renamed[f"{prefix}lin{index}.model.1.weight"] = weight
        renamed[f"{prefix}lins.{index}.model.1.weight"] = weight.clone()
    return renamed


def package_linear() -> list[Tensor]:
    path = Path(lpips_package.__file__).parent / "weights" / "v0.1" / "alex.pth"
    state = torch.load(path, map_location="cpu", weights_only=True)
    return [state[f"lin{index}.model.1.weight"] for index in range(5)]


def reference(
    state: Mapping[str, Tensor], linear: list[Tensor], prediction: np.ndarray, truth: np.ndarray
) -> float:
    """Zhang et al. 2018: unit-length features, weighted squared distance, mean over space, sum."""
    shift = torch.tensor([-0.030, -0.088, -0.188], dtype=torch.float64).view(3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450], dtype=torch.float64).view(3, 1, 1)
    hidden = [
        ((2 * torch.from_numpy(p).double().permute(2, 0, 1) - 1 - shift) / scale)[None]
        for p in (prediction, truth)
    ]
    total = 0.0
    for (index, *_, stride, padding, pooled), weight in zip(LAYERS, linear, strict=True):
        kernel = state[f"features.{index}.weight"].double()
        bias = state[f"features.{index}.bias"].double()
        if pooled:
            hidden = [max_pool2d(h, 3, 2) for h in hidden]
        hidden = [conv2d(h, kernel, bias, stride, padding).relu() for h in hidden]
        unit = [h / (h.norm(dim=1, keepdim=True) + 1e-10) for h in hidden]
        distance = ((unit[0] - unit[1]) ** 2 * weight.double()).sum(dim=1)
        total += float(distance.mean())
    return total


@pytest.mark.parametrize("suffix", [".pth", "-legacy.pth", ".safetensors"])
def test_torchvision_backbone_with_the_packages_linear_layers(
    suffix: str,
    tmp_path: Path,
    torchvision_state: dict[str, Tensor],
    pictures: tuple[np.ndarray, np.ndarray],
) -> None:
    path = tmp_path / f"alexnet{suffix}"
    if suffix == ".safetensors":
        save_file(torchvision_state, path)
    else:
        zipped = "legacy" not in suffix
        torch.save(torchvision_state, path, _use_new_zipfile_serialization=zipped)
    expected = reference(torchvision_state, package_linear(), *pictures)
    metric = load_lpips(path)
    assert metric(*pictures) == pytest.approx(expected, rel=1e-4)
    assert metric(pictures[1], pictures[1]) == 0.0
    assert metric.source == path


@pytest.mark.parametrize("kind", ["released.ckpt", "own.pth", "released.safetensors"])
def test_network_with_linear_layers_of_its_own(
    kind: str,
    tmp_path: Path,
    torchvision_state: dict[str, Tensor],
    linear_layers: list[Tensor],
    pictures: tuple[np.ndarray, np.ndarray],
) -> None:
    prefix = "" if kind == "own.pth" else RELEASED_PREFIX
    state = in_lpips_layout(torchvision_state, linear_layers, prefix)
    path = tmp_path / kind
    if kind == "released.safetensors":
        save_file(state, path)
    elif kind == "released.ckpt":
        others = {"_model.field.aabb": torch.zeros(2, 3), "_model.scene_aabb": torch.zeros(6)}
        content = {"step": 300_000, "pipeline": others | state, "optimizers": {}, "scalers": {}}
        torch.save(content, path)
    else:
        torch.save(state, path)
    expected = reference(torchvision_state, linear_layers, *pictures)
    assert load_lpips(path)(*pictures) == pytest.approx(expected, rel=1e-4)


def test_half_precision_backbone_without_linear_layers(
    tmp_path: Path,
    torchvision_state: dict[str, Tensor],
    pictures: tuple[np.ndarray, np.ndarray],
) -> None:
    halved = {key: value.half() for key, value in torchvision_state.items()}
    path = tmp_path / "half.pth"
    torch.save(in_lpips_layout(halved, [], "lpips."), path)
    expected = reference(halved, package_linear(), *pictures)
    assert load_lpips(path)(*pictures) == pytest.approx(expected, rel=1e-4)


def test_backbone_in_torchs_cache_is_found_and_its_absence_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torchvision_state: dict[str, Tensor]
) -> None:
    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("a download was tried")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", forbidden)
    monkeypatch.setattr(torch.hub, "download_url_to_file", forbidden)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(MissingDependencyError, match="--lpips_backbone"):
        load_lpips()
    path = tmp_path / "checkpoints" / "alexnet-owt-7be5be79.pth"
    path.parent.mkdir()
    torch.save(torchvision_state, path)
    assert load_lpips().source == path


def test_loading_prints_nothing_and_leaves_the_random_state_alone(
    tmp_path: Path,
    torchvision_state: dict[str, Tensor],
    capfd: pytest.CaptureFixture[str],
    recwarn: pytest.WarningsRecorder,
) -> None:
    path = tmp_path / "alexnet.pth"
    torch.save(torchvision_state, path)
    before = torch.get_rng_state()
    load_lpips(path)
    assert torch.equal(torch.get_rng_state(), before)
    assert capfd.readouterr() == ("", "")
    assert not list(recwarn)


def test_unusable_files_are_named_with_what_was_expected(
    tmp_path: Path, torchvision_state: dict[str, Tensor], linear_layers: list[Tensor]
) -> None:
    def saved(name: str, content: object) -> Path:
        torch.save(content, tmp_path / name)
        return tmp_path / name

    whole = saved("whole.pth", torchvision_state)
    truncated = tmp_path / "truncated.pth"
    truncated.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    text = tmp_path / "text.safetensors"
    text.write_text("no tensors here")
    wide = torchvision_state | {"features.3.weight": torch.zeros(192, 64, 3, 3)}
    broken = torchvision_state | {"features.3.bias": torch.full((192,), torch.nan)}
    holey = {k: v for k, v in torchvision_state.items() if k != "features.8.bias"}
    partial = in_lpips_layout(torchvision_state, linear_layers[:3], "")
    for path, reason in (
        (tmp_path / "absent.pth", "is not a file"),
        (tmp_path, "is not a file"),
        (truncated, "cannot be read"),
        (text, "cannot be read"),
        (saved("list.pth", [1, 2]), r"list, where .* wants torchvision's AlexNet"),
        (saved("other.pth", {"conv.weight": torch.zeros(1)}), r"no AlexNet, .*features.0.weight"),
        (saved("no_lpips.ckpt", {"step": 1, "pipeline": {"_model.x": torch.zeros(1)}}), "AlexNet"),
        (saved("holey.pth", holey), r"lacks features\.8\.bias"),
        (saved("partial.pth", partial), "linear layers"),
        (saved("wide.pth", wide), r"slice2\.3\.weight: \(192, 64, 3, 3\).*\(192, 64, 5, 5\)"),
        (saved("broken.pth", broken), r"slice2\.3\.bias"),
    ):
        with pytest.raises(CheckpointError, match=reason) as caught:
            load_lpips(path)
        assert str(path) in str(caught.value)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    path = tmp_path / "payload.ckpt"
    torch.save({"pipeline": Payload()}, path)
    with pytest.raises(CheckpointError, match=r"payload\.ckpt"):
        load_lpips(path)
    assert not (tmp_path / "ran").exists()


def test_smallest_pictures(tmp_path: Path, torchvision_state: dict[str, Tensor]) -> None:
    path = tmp_path / "alexnet.pth"
    torch.save(torchvision_state, path)
    metric = load_lpips(path)
    enough = np.zeros((31, 31, 3), np.float32)
    assert metric(enough, enough) == 0.0
    with pytest.raises(ConfigError, match="31x31 px, but these are 31x30"):
        metric(enough[:30], enough[:30])


def test_without_the_package_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torchvision_state: dict[str, Tensor]
) -> None:
    path = tmp_path / "alexnet.pth"
    torch.save(torchvision_state, path)
    monkeypatch.setitem(sys.modules, "lpips", None)
    with pytest.raises(MissingDependencyError, match="pip install lpips"):
        load_lpips(path)
