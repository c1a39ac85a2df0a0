"""``nersemble export``: files that other programs read, and a head that is where it should be."""

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree

from gaussian_readers import read_arrays
from micro import Workspace, open_on_cpu, run_command
from nersemble.captures.synthetic.animation import pose_at
from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.captures.synthetic.head import Head
from nersemble.captures.synthetic.identity import identity_of
from nersemble.captures.synthetic.writer import synthesize
from nersemble.gaussians.config import GaussianConfig
from nersemble.interop.gaussian_files import read_gaussians
from nersemble.jobs.baking import Moment, bake

trimesh: Any = pytest.importorskip("trimesh")

ErrorLine = Callable[[int], str]


def _export(workspace: Workspace, renders: Path, *options: object) -> int:
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    return run_command(
        "export", "NERS-1", *roots, "--renders_path", renders, "--device", "cpu", *options
    )


@pytest.fixture(scope="module")
def head_run(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small model of one timestep of the synthetic head, trained for some seconds.

    So few steps are not enough for a surface over random backgrounds.
    """
    workspace = Workspace(tmp_path_factory.mktemp("head"))
    capture = SyntheticConfig(width=41, height=60, n_timesteps=1, workers=1)
    synthesize(workspace.captures, capture, progress=False)
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    options = ["--preset", "tiny", "--max_steps", 120, "--n_train_rays", 512, "--vis", "none",
               "--lr_decay_steps", 90, "--lr_main_decay", 0.5, "--lr_embeddings_decay", 0.5,
               "--background_color", "white", "--lambda_background_loss", 0,
               "--steps_per_eval_image", 0, "--device", "cpu"]  # fmt: skip
    assert run_command("train", 1, "TALK", *roots, *options) == 0
    return workspace


def _visible_truth() -> np.ndarray:
    """Points of the true surface that cameras see: from the head's front half."""
    random = np.random.default_rng(0)
    points = random.uniform((-0.08, -0.1, 0.03), (0.08, 0.1, 0.12), (300_000, 3))
    distance = Head(identity_of(1), pose_at(0, 0)).distance(tuple(points.T.astype(np.float32)))
    return points[np.abs(distance) < 0.0005]


@pytest.mark.parametrize("kind", ["mesh", "points"])
def test_the_surface_is_where_the_head_is(head_run: Workspace, tmp_path: Path, kind: str) -> None:
    options = ("--kind", kind, "--resolution", 96, "--downscale_factor", 40)
    assert _export(head_run, tmp_path, *options) == 0
    (path,) = tmp_path.iterdir()
    assert path.name == f"NERS-1_{kind}_checkpoint-120_timestep-00000.ply"
    found = trimesh.load(path, process=False)
    truth = _visible_truth()
    nearest = cKDTree(found.vertices).query(truth)[0]
    assert nearest.mean() < 0.006
    if kind == "points":
        points = tuple(np.asarray(found.vertices, np.float32).T)
        distance = np.abs(Head(identity_of(1), pose_at(0, 0)).distance(points))
        assert np.median(distance) < 0.006


def test_formats_and_worlds_say_the_same(head_run: Workspace, tmp_path: Path) -> None:
    for options in (("--format", "ply"), ("--format", "glb", "--world", "model")):
        for kind in ("mesh", "points"):
            size = ("--resolution", 40, "--downscale_factor", 80)
            assert _export(head_run, tmp_path, *options, *size, "--kind", kind) == 0
    for kind in ("mesh", "points"):
        paths = [
            tmp_path / f"NERS-1_{kind}_checkpoint-120_timestep-00000.{e}" for e in ("ply", "glb")
        ]
        metres, scene = (trimesh.load(path, process=False) for path in paths)
        (scaled,) = scene.geometry.values()
        x, y, z = np.asarray(scaled.vertices).T
        np.testing.assert_allclose(metres.vertices, np.stack([x, z, -y], 1) / 9, atol=1e-5)
        if kind == "mesh":
            np.testing.assert_array_equal(metres.faces, scaled.faces)
            turned = np.asarray(scaled.face_normals)[:, [0, 2, 1]] * (1, 1, -1)
            np.testing.assert_allclose(metres.face_normals, turned, atol=1e-2)
            assert metres.volume > 0
        srgb, linear = (np.asarray(_colors(found))[:, :3] / 255 for found in (metres, scaled))
        np.testing.assert_allclose(((srgb + 0.055) / 1.055) ** 2.4, linear, atol=0.01)


def _colors(found: Any) -> Any:
    return found.visual.vertex_colors if hasattr(found, "faces") else found.colors


def test_all_timesteps_are_exported_at_once(trained: Workspace, tmp_path: Path) -> None:
    options = ("--timesteps", -1, "--resolution", 12, "--density_threshold", 1e-6)
    assert _export(trained, tmp_path, *options) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"NERS-1-first_mesh_checkpoint-6_timestep-0000{t}.ply" for t in range(3)
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--timesteps", 3), "--timesteps 3 does not exist: the run has 3"),
        (("--timesteps", -2), "--timesteps is -2, but must"),
        (
            ("--density_threshold", 1e9, "--resolution", 16),
            "--density_threshold 1e+09: choose a lower one",
        ),
        (("--resolution", 2), "--resolution is 2, but must lie between 8 and 1024"),
        (("--downscale_factor", 0), "--downscale_factor is 0, but must be at least 1"),
        (("--n_rays", 0), "--n_rays is 0, but must"),
        (("--gaussian_files", "spz"), "--gaussian_files needs --format gaussians or page"),
        (("--kind", "animation"), "--kind animation needs two timesteps or more"),
    ],
)
def test_mistakes_are_one_sentence(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine, options: Any, message: str
) -> None:
    assert message in error_line(_export(trained, tmp_path, *options))
    assert list(tmp_path.iterdir()) == []


def test_without_trimesh_the_message_names_the_extra(
    trained: Workspace,
    tmp_path: Path,
    error_line: ErrorLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "trimesh", None)
    assert "pip install 'nersemble[export]'" in error_line(_export(trained, tmp_path))


def test_an_unwritable_folder_is_named(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    (tmp_path / "file").write_text("no folder")
    options = ("--resolution", 12, "--density_threshold", 1e-6)
    message = error_line(_export(trained, tmp_path / "file", *options))
    assert f"Cannot write {tmp_path / 'file'}" in message


def test_a_mesh_moves_through_the_timesteps(trained: Workspace, tmp_path: Path) -> None:
    options = ("--kind", "animation", "--timesteps", 0, 2, "--resolution", 12,
               "--density_threshold", 1e-6)  # fmt: skip
    assert _export(trained, tmp_path, *options) == 0
    assert _export(trained, tmp_path, *options, "--format", "glb", "--world", "model") == 0
    (folder,) = tmp_path.iterdir()
    assert folder.name == "NERS-1-first_animation_checkpoint-6"
    names = {"animation.glb", "manifest.json", "timestep-00000.ply", "timestep-00002.ply"}
    assert {path.name for path in folder.iterdir()} == names
    first, later = (trimesh.load(folder / f"timestep-0000{t}.ply", process=False) for t in (0, 2))
    np.testing.assert_array_equal(first.faces, later.faces)
    scene, arrays = read_arrays(folder / "animation.glb")
    (primitive,) = scene["meshes"][0]["primitives"]
    (target,) = primitive["targets"]
    base = arrays[primitive["attributes"]["POSITION"]]
    for mesh, positions in ((first, base), (later, base + arrays[target["POSITION"]])):
        x, y, z = positions.T
        np.testing.assert_allclose(mesh.vertices, np.stack([x, z, -y], 1) / 9, atol=1e-5)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["format"] == "nersemble-animation"
    assert (manifest["n_vertices"], manifest["n_triangles"]) == (len(base), len(first.faces))
    assert [t["timestep"] for t in manifest["timesteps"]] == [0, 2]
    assert [t["seconds"] for t in manifest["timesteps"]] == pytest.approx([0, 2 / 73])
    assert manifest["timesteps"][0]["share_off"] == 0
    assert manifest["fps"] == pytest.approx(36.5)


def test_gaussians_are_a_folder_that_says_what_it_holds(
    head_run: Workspace, tmp_path: Path
) -> None:
    options = ("--n_gaussians", 300, "--first_steps", 5, "--field_views", 1)
    assert _export(head_run, tmp_path, "--format", "gaussians", *options) == 0
    (folder,) = tmp_path.iterdir()
    assert folder.name == "NERS-1_gaussians_checkpoint-120"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["timesteps"] == [{"timestep": 0, "seconds": 0, "file": "timestep-00000.ply"}]
    found = read_gaussians(folder / "timestep-00000.ply")
    assert 150 < len(found) == manifest["n_gaussians"] <= 300
    points = tuple(np.asarray(found.means, np.float32).T)
    distance = np.abs(Head(identity_of(1), pose_at(0, 0)).distance(points))
    assert np.median(distance) < 0.015


def test_gaussians_in_every_kind_of_file_and_on_a_page(head_run: Workspace, tmp_path: Path) -> None:
    options = ("--n_gaussians", 300, "--first_steps", 2, "--field_views", 1)
    kinds = ("--gaussian_files", "spz", "ply", "glb")
    assert _export(head_run, tmp_path, "--format", "page", *options, *kinds) == 0
    (folder,) = tmp_path.iterdir()
    assert folder.name == "NERS-1_page_checkpoint-120"
    one = {f"timestep-00000.{kind}" for kind in ("spz", "ply", "glb", "js")}
    page = {"index.html", "page.js", "viewer.js", "LICENSES.txt"}
    assert {path.name for path in folder.iterdir()} == one | page | {"manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["timesteps"][0]["file"] == "timestep-00000.spz"
    spz, ply = (read_gaussians(folder / f"timestep-00000.{kind}") for kind in ("spz", "ply"))
    np.testing.assert_allclose(spz.means, ply.means, atol=2**-13)
    script = (folder / "timestep-00000.js").read_text()
    text = script.removeprefix('timestep("').removesuffix('");\n')
    assert base64.b64decode(text) == (folder / "timestep-00000.spz").read_bytes()


def test_a_page_alone(head_run: Workspace, tmp_path: Path) -> None:
    options = ("--n_gaussians", 300, "--first_steps", 2, "--field_views", 1)
    assert _export(head_run, tmp_path, "--format", "page", *options) == 0
    (folder,) = tmp_path.iterdir()
    assert not {".ply", ".spz", ".json"} & {path.suffix for path in folder.iterdir()}


def test_gaussians_keep_their_identity_from_timestep_to_timestep(head_run: Workspace) -> None:
    loaded = open_on_cpu("NERS-1", -1, models=head_run.models, data=head_run.captures)
    moment = Moment(loaded.dataset, loaded.renderer, loaded.windows, 0)
    config = GaussianConfig(n_gaussians=300, first_steps=5, steps=2, field_views=0)
    (_, _, first), (_, _, second) = bake([(0, moment), (1, moment)], config, 8192)
    moved = (first.means - second.means).norm(dim=1)
    assert 0 < moved.median() < 0.008


def test_without_a_surface_there_are_no_gaussians(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    message = error_line(_export(trained, tmp_path, "--format", "gaussians"))
    assert "No camera sees a surface at timestep 0" in message
    assert list(tmp_path.iterdir()) == []


def test_the_viewer_names_a_folder_without_gaussians(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    roots = ["--data_path", trained.captures, "--models_path", trained.models]
    status = run_command("view", "NERS-1", *roots, "--device", "cpu", "--gaussians", tmp_path)
    assert f"Cannot read {tmp_path / 'manifest.json'}" in error_line(status)
