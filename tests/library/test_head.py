import copy
import gc
import io
import pickle
import shutil
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import nersemble
from nersemble import Camera, Head, NersembleError
from nersemble.data_manager.capture import Capture
from nersemble.geometry.world import points_to_model
from source_tree import ROOT


@pytest.fixture
def head(run_folder: Path, demo: Path) -> Head:
    captures = demo / "demo_output" / "captures"
    return nersemble.load(run_folder, data_path=captures, device="cpu", grid_filter=False)


def test_importing_is_light() -> None:
    code = (
        "import sys, nersemble; assert nersemble.__version__; dir(nersemble);"
        "assert not {'torch', 'numpy', 'PIL'} & set(sys.modules)"
    )
    environment = {"PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_every_name_is_there() -> None:
    assert set(nersemble.__all__) <= set(dir(nersemble))
    for name in nersemble.__all__:
        assert getattr(nersemble, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        nersemble.lod  # noqa: B018


def test_a_run_is_found_by_any_of_its_names(
    demo: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NERSEMBLE_DATA_PATH", str(demo / "demo_output" / "captures"))
    checkpoint = run_folder / "checkpoints" / "step-000000004.safetensors"
    monkeypatch.delenv("NERSEMBLE_MODELS_PATH", raising=False)
    monkeypatch.chdir(run_folder.parent)
    first = nersemble.load(run_folder, device="cpu")
    for name in (str(run_folder), "NERS-1-demo", checkpoint, str(checkpoint)):
        assert nersemble.load(name, device="cpu") is first
    monkeypatch.setenv("NERSEMBLE_MODELS_PATH", str(demo / "demo_output" / "models"))
    monkeypatch.chdir(demo)
    for short in ("NERS-1", "1", 1):
        assert nersemble.load(short, device="cpu") is first
    assert first.step == 4
    assert first.folder == run_folder


@pytest.mark.parametrize(
    ("run", "options", "message"),
    [
        ("NERS-7", {}, "has no run 'NERS-7' .*; it has NERS-1-demo"),
        ("no/such/run", {}, "has no run"),
        (1, {"checkpoint": 3}, "3"),
        (1, {"device": "gpu"}, "The device is 'gpu', but must be one of auto, cpu, cuda"),
        (1, {"backend": "jax"}, "The backend is 'jax', but must be one of auto, triton"),
        (1, {"data_path": "elsewhere"}, "elsewhere"),
    ],
)
def test_what_cannot_be_loaded_gets_a_sentence(
    demo: Path, run: Any, options: dict[str, Any], message: str
) -> None:
    output = demo / "demo_output"
    folders = {"data_path": output / "captures", "models_path": output / "models"}
    with pytest.raises(NersembleError, match=message):
        nersemble.load(run, **{"device": "cpu", **folders, **options})


def test_a_file_that_is_no_checkpoint_gets_a_sentence(run_folder: Path) -> None:
    with pytest.raises(NersembleError, match="is not a checkpoint"):
        nersemble.load(run_folder / "config.json", data_path=run_folder)


def test_a_picture_has_colours_depth_and_opacity(head: Head) -> None:
    serial = head.held_out[0]
    picture = head.render(serial, 1)
    height, width = picture.depth_metres.shape
    assert (width, height) == head.capture.picture_size
    assert picture.rgb.shape == (height, width, 3)
    np.testing.assert_array_equal(picture, picture.rgb)
    assert np.asarray(picture, np.float64).mean() == pytest.approx(picture.rgb.mean(), abs=1e-5)
    assert picture.rgb.dtype == picture.depth_metres.dtype == np.float32
    # The cameras are about a metre away.
    seen = picture.accumulation > picture.accumulation.max() / 2
    assert 0.5 < np.median(picture.depth_metres[seen]) < 1.6
    with Image.open(io.BytesIO(picture._repr_png_())) as shown:
        np.testing.assert_array_equal(np.asarray(shown), picture.pixels)
    np.testing.assert_allclose(picture.pixels / 255, picture.rgb, atol=0.5 / 255 + 1e-6)


def test_a_camera_has_a_serial_an_id_or_is_one(head: Head) -> None:
    each = head.capture.cameras[1]
    wanted = head.render(each.serial, 2).rgb
    own = Camera.calibrated(
        each.camera.intrinsics, each.camera.calibrated_pose, each.camera.width, each.camera.height
    )
    for camera in (each.camera_id, each.camera, own):
        np.testing.assert_allclose(head.render(camera, 2).rgb, wanted, atol=1e-5)
    small = head.render(head.cameras[each.serial].resized(5, 7), 2)
    assert small.rgb.shape == (7, 5, 3)


@pytest.mark.parametrize("call", ["render", "field"])
@pytest.mark.parametrize("timestep", [-1, 2.01, 3, float("nan")])
def test_a_timestep_that_does_not_exist_gets_a_sentence(
    head: Head, call: str, timestep: float
) -> None:
    assert list(head.timesteps) == [0, 1, 2]
    first = head.held_out[0] if call == "render" else np.zeros(3)
    with pytest.raises(NersembleError, match="does not exist: they run from 0 to 2"):
        getattr(head, call)(first, timestep)


def test_a_camera_that_does_not_exist_gets_a_sentence(head: Head) -> None:
    with pytest.raises(NersembleError, match="Camera 'left' does not exist: choose 22"):
        head.render("left")


def test_the_field_is_the_one_that_is_rendered(head: Head) -> None:
    points = np.random.default_rng(0).uniform(-0.25, 0.25, (500, 3))
    looking = np.array([0.3, 0.2, -1.0])
    density, color = head.field(points, 1, looking)
    loaded = head._loaded
    model = torch.from_numpy(points_to_model(points.astype(np.float32)))
    # (x, y, z) of the capture is (x, -z, y) of the model.
    direction = torch.tensor([0.3, 1.0, 0.2]) / torch.tensor(1.13).sqrt()
    blended = loaded.renderer.model.field.blend(torch.tensor([1]), loaded.windows)
    found = blended(model, direction.expand(500, 3), torch.zeros(500, dtype=torch.int64))
    occupied = loaded.model.grid.occupied(*model.unbind(-1))
    assert 0 < occupied.sum() < 500
    wanted = torch.where(occupied, found.sigmas, 0).detach()
    np.testing.assert_allclose(density / 9, wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(color, found.rgbs.detach(), atol=1e-5)


def test_the_field_gives_what_it_gets(head: Head) -> None:
    points = np.zeros((2, 4, 3))
    density, color = head.field(points)
    assert isinstance(density, np.ndarray)
    assert (density.shape, color.shape) == ((2, 4), (2, 4, 3))
    of_torch = head.field(torch.from_numpy(points))
    for value, wanted in zip(of_torch, (density, color), strict=True):
        assert isinstance(value, torch.Tensor)
        np.testing.assert_array_equal(value, wanted)
    assert head.field(np.zeros((0, 3)))[1].shape == (0, 3)
    assert head.field(np.zeros(3))[0].shape == ()


@pytest.mark.parametrize(
    ("points", "directions", "message"),
    [
        (np.zeros((4, 2)), None, r"shape \[\.\.\., 3\], not \[4, 2\]"),
        (np.full((4, 3), np.nan), None, "finite"),
        (np.array(["a", "b", "c"]), None, "arrays of numbers"),
        (np.zeros((4, 3)), np.zeros(3), "has length 0"),
        (np.zeros((4, 3)), np.ones((5, 3)), r"\[5, 3\] do not fit the points \[4, 3\]"),
    ],
)
def test_points_that_are_none_get_a_sentence(
    head: Head, points: Any, directions: Any, message: str
) -> None:
    with pytest.raises(NersembleError, match=message):
        head.field(points, 0, directions)


def test_a_head_is_the_same_twice_copied_pickled_and_from_threads(head: Head) -> None:
    serial = head.held_out[0]
    wanted = head.render(serial, 1).rgb
    np.testing.assert_array_equal(head.render(serial, 1).rgb, wanted)
    # The same parameters, not twice as many.
    assert copy.copy(head) is copy.deepcopy(head) is pickle.loads(pickle.dumps(head)) is head
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(head.render(serial, 1).rgb)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for rgb in found:
        np.testing.assert_array_equal(rgb, wanted)


def test_a_pickle_is_a_name_and_loads_in_another_process(
    run_folder: Path, demo: Path, tmp_path: Path
) -> None:
    captures = demo / "demo_output" / "captures"
    head = nersemble.load(run_folder, data_path=captures, device="cpu", grid_filter=False)
    content = pickle.dumps(head)
    assert len(content) < 2000
    (tmp_path / "head.pickle").write_bytes(content)
    code = (
        "import pickle, numpy as np\n"
        "head = pickle.load(open('head.pickle', 'rb'))\n"
        "np.save('rgb.npy', head.render(head.held_out[0], 1).rgb)"
    )
    environment = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment)
    assert done.returncode == 0
    rgb = head.render(head.held_out[0], 1).rgb
    np.testing.assert_allclose(np.load(tmp_path / "rgb.npy"), rgb, atol=1e-5)


def _frees_memory(run_folder: Path, capture: Capture, device: str) -> None:
    head = nersemble.load(run_folder, capture=capture, device=device)  # type: ignore[arg-type]
    head.render(head.held_out[0])
    parameters = [weakref.ref(p) for p in head._loaded.model.parameters()]
    assert all(ref() is not None for ref in parameters)
    gc.disable()
    try:
        del head
        assert all(ref() is None for ref in parameters)
    finally:
        gc.enable()


def test_del_frees_memory(run_folder: Path, capture: Capture) -> None:
    _frees_memory(run_folder, capture, "cpu")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_del_frees_gpu_memory(run_folder: Path, capture: Capture) -> None:
    _frees_memory(run_folder, capture, "cuda")  # What libraries keep comes with the first head.
    before = torch.cuda.memory_allocated()
    _frees_memory(run_folder, capture, "cuda")
    assert torch.cuda.memory_allocated() == before


def test_a_newer_checkpoint_is_loaded_anew(
    run_folder: Path, capture: Capture, tmp_path: Path
) -> None:
    folder = shutil.copytree(run_folder, tmp_path / "models" / "nersemble" / "NERS-1")
    options: dict[str, Any] = {"capture": capture, "device": "cpu", "grid_filter": False}
    old = nersemble.load(folder, **options)
    with nersemble.Trainer(capture, resume=folder, device="cpu", max_steps=5) as trainer:
        trainer.step()
        trainer.save()
    assert (old.step, nersemble.load(folder, **options).step) == (4, 5)
