"""What another program, PlayCanvas's splat-transform (npm), makes of our files of Gaussians.

Its viewers turn PLY files, whose makers mostly have y down, by half a turn; so does the program.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from gaussian_readers import read_glb
from nersemble.gaussians.gaussians import Gaussians, colors_toward
from nersemble.interop.gaussian_files import read_gaussians, write_gaussians

_PROGRAM = os.environ.get("NERSEMBLE_TEST_SPLAT_TRANSFORM") or shutil.which("splat-transform")

pytestmark = pytest.mark.skipif(
    _PROGRAM is None,
    reason="needs splat-transform on the PATH or in NERSEMBLE_TEST_SPLAT_TRANSFORM",
)

_AROUND_X = torch.diag(torch.tensor([1.0, -1, -1]))
_AROUND_Z = torch.diag(torch.tensor([-1.0, -1, 1]))


def _head(degree: int, n: int = 300) -> Gaussians:
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    sh = (0.3 * random(n, (degree + 1) ** 2, 3)).clamp(-0.9, 0.9)
    return Gaussians(0.1 * random(n, 3), random(n, 4), 0.5 * random(n, 3) - 5, random(n), sh)


def _converted(given: Gaussians, folder: Path, source: str, target: str) -> Path:
    path, made = folder / f"given.{source}", folder / f"made.{target}"
    write_gaussians(path, given)
    assert _PROGRAM is not None
    done = subprocess.run(
        [_PROGRAM, "-q", "-w", path, made], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return made


def _assert_alike(
    found: Gaussians, given: Gaussians, turn: Float[Tensor, "3 3"], tolerance: float
) -> None:
    """As a picture shows them, where ``turn`` leads from ``given`` to ``found``."""
    torch.testing.assert_close(found.means, given.means @ turn.T, atol=1.3e-4 * tolerance, rtol=0)
    spread, expected = (g.axes() @ g.axes().transpose(1, 2) for g in (found, given))
    size = given.log_scales.exp().amax(1)[:, None, None] ** 2
    expected = turn @ expected @ turn.T
    torch.testing.assert_close(spread / size, expected / size, atol=0.1 * tolerance, rtol=0)
    opacities = found.opacity_logits.sigmoid(), given.opacity_logits.sigmoid()
    torch.testing.assert_close(*opacities, atol=0.005 * tolerance, rtol=0)
    directions = torch.eye(3)[:, None].expand(3, len(given), 3)
    colors = colors_toward(found.sh, directions @ turn.T), colors_toward(given.sh, directions)
    torch.testing.assert_close(*colors, atol=0.01 * tolerance, rtol=0)


@pytest.mark.parametrize("degree", [0, 1])
@pytest.mark.parametrize(("source", "turn"), [("ply", torch.eye(3)), ("spz", _AROUND_X)])
def test_it_reads_our_file(tmp_path: Path, degree: int, source: str, turn: Tensor) -> None:
    given = _head(degree)
    found = read_gaussians(_converted(given, tmp_path, source, "ply"))
    _assert_alike(found, given, turn, 1e-3 if source == "ply" else 1.0)


@pytest.mark.parametrize("degree", [0, 1])
def test_it_writes_the_glb_that_we_write(tmp_path: Path, degree: int) -> None:
    """Which it cannot read: its own of our PLY file is compared with ours."""
    given = _head(degree)
    write_gaussians(tmp_path / "ours.glb", given)
    scene, ours = read_glb(tmp_path / "ours.glb")
    made, theirs = read_glb(_converted(given, tmp_path, "ply", "glb"))
    assert set(ours) == set(theirs)
    assert made["extensionsUsed"] == scene["extensionsUsed"]
    for name, array in ours.items():
        assert (array.dtype, array.shape) == (theirs[name].dtype, theirs[name].shape), name
    _assert_alike(_of_glb(theirs, degree), _of_glb(ours, degree), _AROUND_Z, 1e-3)


def _of_glb(attributes: dict[str, "object"], degree: int) -> Gaussians:
    def column(name: str) -> Tensor:
        return torch.tensor(attributes[name])

    prefix = "KHR_gaussian_splatting:"
    names = ["SH_DEGREE_0_COEF_0", *(f"SH_DEGREE_1_COEF_{i}" for i in range(3 * degree))]
    return Gaussians(
        column("POSITION"),
        column(f"{prefix}ROTATION").roll(1, 1),
        column(f"{prefix}SCALE").log(),
        column(f"{prefix}OPACITY")[:, 0].logit(),
        torch.stack([column(prefix + name) for name in names], 1),
    )
