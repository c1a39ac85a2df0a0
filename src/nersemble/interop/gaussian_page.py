"""A web page that plays Gaussians, from disk or from any server, without a network.

Spark (github.com/sparkjsdev/spark) draws them. scripts/page_viewer builds ``viewer.js`` of it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

import torch

from nersemble.gaussians.gaussians import Gaussians
from nersemble.geometry.camera import Camera
from nersemble.interop.gaussian_files import first_view
from nersemble.interop.manifest import write_whole
from nersemble.interop.spz import spz_bytes

_PAGE = "index.html"
_BESIDE = ("viewer.js", "page.js", "LICENSES.txt")
# Filled in.
_HEAD = '<script id="head" type="application/json">{}</script>'


def write_page_timestep(
    folder: Path, timestep: int, gaussians: Gaussians, *, looks: bool = True
) -> None:
    """Writes a timestep as a script that hands an SPZ file to the page: browsers let a page from
    disk load scripts alone.

    Args:
        looks: with colours, opacities and sizes; the page can take the first timestep's instead.

    Raises:
        RunError: it cannot be written.
    """
    if not looks:
        # Columns of one value take no space.
        columns = ("log_scales", "opacity_logits", "sh")
        nothing = {name: torch.zeros_like(getattr(gaussians, name)) for name in columns}
        gaussians = replace(gaussians, **nothing)
    text = base64.b64encode(spz_bytes(gaussians)).decode()
    write_whole(folder / _script(timestep), f'timestep("{text}");\n'.encode())


def write_page(
    folder: Path,
    seconds: Mapping[int, float],
    camera: Camera,
    title: str,
    *,
    shared_looks: bool = False,
) -> Path:
    """Writes the page beside its timesteps; returns its path.

    Args:
        seconds: since the first, of each timestep.
        camera: of the first view, model world.
        shared_looks: all timesteps have the first one's colours, opacities and sizes.

    Raises:
        RunError: it cannot be written.
    """
    assets = resources.files("nersemble.interop") / "page_assets"
    for name in _BESIDE:
        write_whole(folder / name, (assets / name).read_bytes())
    head = {
        "title": title,
        "shared_looks": shared_looks,
        "first_view": {**first_view(camera), "aspect": camera.width / camera.height},
        "timesteps": [{"seconds": at, "file": _script(t)} for t, at in seconds.items()],
    }
    # A title must not end the script.
    text = json.dumps(head).replace("<", "\\u003c")
    page = (assets / _PAGE).read_bytes().decode()
    path = folder / _PAGE
    write_whole(path, page.replace(_HEAD, _HEAD.replace("{}", text)).encode())
    return path


def _script(timestep: int) -> str:
    return f"timestep-{timestep:05d}.js"
