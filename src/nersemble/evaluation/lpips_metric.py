"""LPIPS with AlexNet, from weights that are already on this machine
(method.md, Evaluation and Released models).

The package ``lpips`` brings the linear layers. The backbone is torchvision's, which is never
downloaded here: it comes from a file the user names, or from torch's cache.
"""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from torch import Tensor, nn

from nersemble.errors import CheckpointError, ConfigError, MissingDependencyError
from nersemble.files import load_weights, reason_of
from nersemble.opening import regular_file

# AlexNet's convolutions: index in torchvision's ``features`` -> name in LPIPS' sliced copy of it.
_CONVOLUTIONS = {0: "slice1.0", 3: "slice2.3", 6: "slice3.6", 8: "slice4.8", 10: "slice5.10"}
_LINEAR_LAYERS = tuple(f"lin{layer}.model.1.weight" for layer in range(len(_CONVOLUTIONS)))
_TORCHVISION_ANCHOR = "features.0.weight"
_LPIPS_ANCHOR = "net.slice1.0.weight"
# Smaller pictures vanish in AlexNet's strides.
SMALLEST_PICTURE = 31


class LpipsMetric:
    """LPIPS (AlexNet, version 0.1) of two pictures; 0 for equal ones.
    source: the file of the backbone.
    """

    def __init__(self, network: nn.Module, source: Path, device: torch.device | str) -> None:
        self._network = network.to(device).eval().requires_grad_(False)
        self._device = torch.device(device)
        self.source = source

    def __call__(
        self, prediction: Float[np.ndarray, "h w 3"], truth: Float[np.ndarray, "h w 3"]
    ) -> float:
        """Return the distance of two pictures in 0..1.

        Raises:
            ConfigError: the pictures are too small for AlexNet.
        """
        height, width = truth.shape[:2]
        if min(height, width) < SMALLEST_PICTURE:
            raise ConfigError(
                f"LPIPS needs pictures of at least {SMALLEST_PICTURE}x{SMALLEST_PICTURE} px, but "
                f"these are {width}x{height}: evaluate at a higher resolution."
            )
        with torch.no_grad():
            return float(self.distances(self._batch(prediction), self._batch(truth)))

    def distances(
        self, predictions: Float[Tensor, "b 3 h w"], truths: Float[Tensor, "b 3 h w"]
    ) -> Float[Tensor, "b"]:
        """Distances of pictures in 0..1 on the device, with gradient."""
        distances: Tensor = self._network(predictions, truths, normalize=True)
        return distances.flatten()

    def _batch(self, picture: np.ndarray) -> Float[Tensor, "1 3 h w"]:
        pixels = torch.from_numpy(np.ascontiguousarray(picture, dtype=np.float32))
        return pixels.permute(2, 0, 1)[None].to(self._device)


def load_lpips(backbone: Path | None = None, device: torch.device | str = "cpu") -> LpipsMetric:
    """Load LPIPS with the backbone from a file, or from torch's cache if no file is named.

    The file is torchvision's AlexNet (``features.N.weight``), or an LPIPS network
    (``net.slice1.0.weight`` and so on behind any prefix) as in a released NERS checkpoint, whose
    linear layers are then used too; a torch pickle, read with weights only, or .safetensors.

    Args:
        backbone: the file; None looks for ``alexnet-owt-*.pth`` among torch's downloads.
        device: where to compute.

    Raises:
        MissingDependencyError: no file is named and none is in the cache, or the package ``lpips``
            cannot be imported.
        CheckpointError: the file is missing, damaged, or holds neither layout.
    """
    path = backbone if backbone is not None else _cached_backbone()
    weights = _read_weights(path)
    network = _build(pretrained_linear=not weights.has_linear)
    expected = {k: v for k, v in network.state_dict().items() if k in weights.tensors}
    for name, tensor in weights.tensors.items():
        if tensor.shape != expected[name].shape or not torch.isfinite(tensor).all():
            raise CheckpointError(
                f"{path} has a bad tensor for AlexNet's {name}: {tuple(tensor.shape)}, finite "
                f"numbers of shape {tuple(expected[name].shape)} are wanted; get the file again or "
                "name another with --lpips_backbone."
            )
    network.load_state_dict(weights.tensors, strict=False)
    return LpipsMetric(network, path, device)


@dataclass(frozen=True)
class _Weights:
    """Tensors under the names of ``lpips.LPIPS``: the backbone, perhaps the linear layers."""

    tensors: dict[str, Tensor]
    has_linear: bool


def _cached_backbone() -> Path:
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    # torchvision has published the same weights under two hashes; the later is 7be5be79.
    found = max(folder.glob("alexnet-owt-*.pth"), default=None)
    if found is None:
        raise MissingDependencyError(
            "LPIPS needs AlexNet's weights and nothing is downloaded: name a file that has them "
            "with --lpips_backbone (torchvision's alexnet-owt-7be5be79.pth or a released NERS "
            f".ckpt), or put the former into {folder}."
        )
    return found


def _build(*, pretrained_linear: bool) -> nn.Module:
    # A random backbone keeps torchvision from downloading one. It must not change training's RNG.
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from lpips import LPIPS
        except ImportError as error:
            raise MissingDependencyError(
                f"LPIPS needs the package lpips, which cannot be imported ({error}): "
                "pip install lpips."
            ) from error
        network: nn.Module = LPIPS(
            net="alex", version="0.1", pretrained=pretrained_linear, pnet_rand=True, verbose=False
        )
    return network


def _read_weights(path: Path) -> _Weights:
    if not path.is_file():
        raise CheckpointError(f"The LPIPS backbone {path} is not a file: correct --lpips_backbone.")
    try:
        if path.suffix == ".safetensors":
            return _weights_from_safetensors(path)
        return _weights_from_pickle(path)
    except CheckpointError:
        raise
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise CheckpointError(
            f"{path} cannot be read as weights for LPIPS ({reason_of(error)}): get the file again "
            "or name another with --lpips_backbone."
        ) from error


def _weights_from_pickle(path: Path) -> _Weights:
    content = load_weights(path, linked=True)
    if isinstance(content, Mapping) and isinstance(content.get("pipeline"), Mapping):
        content = content["pipeline"]
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path} holds a {type(content).__name__}, {_wanted()}.")
    names = _select(path, [name for name, value in content.items() if _is_plain(name, value)])
    return _renamed(names, {name: content[name] for name in names.values()})


def _is_plain(name: Any, value: Any) -> bool:
    """Whether an entry is a tensor as ``state_dict`` has them."""
    return isinstance(name, str) and isinstance(value, Tensor) and value.layout == torch.strided


def _weights_from_safetensors(path: Path) -> _Weights:
    from safetensors import safe_open

    with safe_open(regular_file(path, linked=True), framework="pt", device="cpu") as file:
        names = _select(path, list(file.keys()))
        return _renamed(names, {name: file.get_tensor(name) for name in names.values()})


def _renamed(names: Mapping[str, str], tensors: Mapping[str, Tensor]) -> _Weights:
    ours = {ours: tensors[theirs].float() for ours, theirs in names.items()}
    return _Weights(ours, any(name.startswith("lin") for name in ours))


def _select(path: Path, available: Iterable[str]) -> dict[str, str]:
    """Our name -> the file's name, of the backbone and, if the file has them, the linear layers."""
    known = set(available)
    anchors = sorted(k for k in known if _is_at_end(_LPIPS_ANCHOR, k))
    if anchors:
        prefix = anchors[0].removesuffix(_LPIPS_ANCHOR)
        names = _backbone_names(f"{prefix}net.", _CONVOLUTIONS)
        linear = {name: prefix + name for name in _LINEAR_LAYERS if prefix + name in known}
    elif _TORCHVISION_ANCHOR in known:
        names = _backbone_names("features.", {n: str(n) for n in _CONVOLUTIONS})
        linear = {}
    else:
        raise CheckpointError(f"{path} contains no AlexNet, {_wanted()}.")
    missing = sorted(set(names.values()) - known)
    if missing or len(linear) not in (0, len(_LINEAR_LAYERS)):
        absent = ", ".join(missing) if missing else "some of LPIPS' linear layers"
        raise CheckpointError(f"{path} lacks {absent}, {_wanted()}.")
    return names | linear


def _backbone_names(prefix: str, layers: Mapping[int, str]) -> dict[str, str]:
    return {
        f"net.{_CONVOLUTIONS[n]}.{kind}": f"{prefix}{layers[n]}.{kind}"
        for n in _CONVOLUTIONS
        for kind in ("weight", "bias")
    }


def _is_at_end(anchor: str, key: str) -> bool:
    return key == anchor or key.endswith("." + anchor)


def _wanted() -> str:
    return (
        f"where --lpips_backbone wants torchvision's AlexNet ({_TORCHVISION_ANCHOR}, ...) or an "
        f"LPIPS network (PREFIX{_LPIPS_ANCHOR}, PREFIXlin0.model.1.weight, ...)"
    )
