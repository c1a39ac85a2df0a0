"""Gaussians as files: PLY in the layout of 3DGS, which every viewer reads, SPZ and binary glTF."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32

from nersemble.errors import RunError
from nersemble.files import is_file_name, read_json_object, reason_of
from nersemble.gaussians.gaussians import Gaussians
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import model_to_calibration
from nersemble.interop.config import GaussianFile
from nersemble.interop.gaussian_gltf import glb_bytes
from nersemble.interop.manifest import MANIFEST, write_whole
from nersemble.interop.spz import from_spz, spz_bytes
from nersemble.opening import read_bytes

FORMAT = "nersemble-gaussians"
"""Of the manifest of a folder of them."""
_MOST_BYTES = 1 << 31
_MOST_HEADER_BYTES = 1 << 16
_HEADER_END = b"end_header\n"
_DEGREES = {1: 0, 4: 1}
_NORMALS = {"nx", "ny", "nz"}


def file_name(timestep: int, kind: GaussianFile) -> str:
    """Of a timestep's file in a folder of Gaussians."""
    return f"timestep-{timestep:05d}.{kind}"


def _properties(n_coefficients: int) -> list[str]:
    """The columns of 3DGS's files."""
    rest = [f"f_rest_{i}" for i in range(3 * (n_coefficients - 1))]
    return [
        *("x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"), *rest,
        *("opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"),
    ]  # fmt: skip


def ply_bytes(gaussians: Gaussians) -> bytes:
    """A binary PLY file; numbers are those of ``Gaussians`` as they are, quaternions of length 1.

    Normals are 0. Of ``f_rest`` a channel's come one after the other.
    """
    n = len(gaussians)
    columns = [
        gaussians.means,
        torch.zeros_like(gaussians.means),
        gaussians.sh[:, 0],
        gaussians.sh[:, 1:].transpose(1, 2).reshape(n, -1),
        gaussians.opacity_logits[:, None],
        gaussians.log_scales,
        torch.nn.functional.normalize(gaussians.quaternions, dim=-1),
    ]
    names = _properties(gaussians.sh.shape[1])
    lines = ["ply", "format binary_little_endian 1.0", f"element vertex {n}"]
    lines += [f"property float {name}" for name in names]
    header = "\n".join(lines).encode() + b"\n" + _HEADER_END
    return header + torch.cat(columns, 1).detach().cpu().numpy().astype("<f4").tobytes()


_ENCODERS = {"ply": ply_bytes, "spz": spz_bytes, "glb": glb_bytes}


def write_gaussians(path: Path, gaussians: Gaussians) -> None:
    """Writes a PLY, SPZ or GLB file, as its name ends, whole or not at all.

    Raises:
        RunError: it cannot be written.
    """
    write_whole(path, _ENCODERS[path.suffix[1:]](gaussians))


def read_gaussians(path: Path) -> Gaussians:
    """Reads an SPZ file, if its name ends so, or a PLY file of 3DGS; colours of degree 0 or 1.

    Raises:
        RunError: it cannot be read, is none, or has other columns.
    """
    try:
        content = read_bytes(path, _MOST_BYTES, linked=True)
    except OSError as error:
        raise RunError(f"Cannot read {path}: {reason_of(error)}.") from error
    if path.suffix != ".spz":
        return _from_ply(path, content)
    try:
        return from_spz(content)
    except ValueError as error:
        raise RunError(f"{path} {error}.") from error


def timestep_files(folder: Path) -> dict[int, Path]:
    """The files of an export's folder by timestep, as its manifest names them.

    Raises:
        RunError: it has no such manifest, or one of files that cannot be read back.
    """
    path = folder / MANIFEST
    try:
        content = read_json_object(path)
    except (OSError, ValueError) as error:
        raise RunError(
            f"Cannot read {path}: {reason_of(error)}; name a folder that nersemble export RUN "
            "--format gaussians wrote."
        ) from error
    entries = content.get("timesteps")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    found = {
        entry["timestep"]: folder / entry["file"]
        for entry in entries
        if isinstance(entry.get("timestep"), int)
        and isinstance(entry.get("file"), str)
        and is_file_name(entry["file"])
        and Path(entry["file"]).suffix in (".ply", ".spz")
    }
    if content.get("format") != FORMAT or not found:
        raise RunError(
            f"{path} names no PLY or SPZ files of Gaussians: export them with --format gaussians "
            "--gaussian_files ply."
        )
    return found


def _from_ply(path: Path, content: bytes) -> Gaussians:
    names, table = _table(path, content)
    column = dict(zip(names, torch.from_numpy(table).unbind(1), strict=True))
    n_rest = sum(name.startswith("f_rest_") for name in names)
    k = n_rest // 3 + 1
    if k not in _DEGREES or not {*_properties(k)} - _NORMALS <= {*names}:
        raise RunError(
            f"{path} does not hold Gaussians as 3DGS writes them, with colours of degree 0 or 1."
        )

    def stacked(prefix: str, n: int) -> torch.Tensor:
        return torch.stack([column[f"{prefix}{i}"] for i in range(n)], 1)

    sh = stacked("f_dc_", 3)[:, None]
    if n_rest:
        rest = stacked("f_rest_", n_rest).view(-1, 3, k - 1).transpose(1, 2)
        sh = torch.cat([sh, rest], 1)
    means = torch.stack([column[axis] for axis in "xyz"], 1)
    return Gaussians(means, stacked("rot_", 4), stacked("scale_", 3), column["opacity"].clone(), sh)


def _table(path: Path, content: bytes) -> tuple[list[str], Float32[np.ndarray, "n c"]]:
    """The names and the numbers of a file whose vertices are floats alone."""
    end = content.find(_HEADER_END, 0, _MOST_HEADER_BYTES)
    lines = content[: max(end, 0)].decode("ascii", "replace").splitlines()
    names = [line.rpartition(" ")[2] for line in lines if line.startswith("property ")]
    counts = [line.split()[2:] for line in lines if line.startswith("element ")]
    floats = all(f"property float {name}" in lines for name in names)
    right = lines[:2] == ["ply", "format binary_little_endian 1.0"] and floats
    numbers = content[end + len(_HEADER_END) :]
    one = len(counts) == 1 and len(counts[0]) == 1 and counts[0][0].isdecimal()
    one = one and len(counts[0][0]) < 12
    if not (right and one and names) or len(numbers) != int(counts[0][0]) * len(names) * 4:
        raise RunError(f"{path} is no binary PLY file of vertices with floats, or not all of it.")
    table = np.frombuffer(numbers, "<f4").reshape(-1, len(names)).astype(np.float32)
    return names, table


def first_view(camera: Camera) -> dict[str, Any]:
    """Where a viewer begins: metres, y up.

    Args:
        camera: model world.
    """
    pose = model_to_calibration(camera.world_to_camera)
    forward, position = pose[2, :3], -pose[:3, :3].T @ pose[:3, 3]
    # The point on the camera's axis that is nearest to the origin.
    target = position - forward * (forward @ position)
    tangent = camera.height / 2 / float(camera.intrinsics[1, 1])
    return {
        "position": position.tolist(),
        "target": target.tolist(),
        "vertical_fov_degrees": float(np.degrees(2 * np.arctan(tangent))),
    }
