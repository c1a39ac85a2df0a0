"""Every reader of files from outside, with the valid files that its inputs are made from."""

import dataclasses
import io
import json
import pickle
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from fuzz.harness import Reader, Target
from fuzz.mutations import (
    mutate_bytes,
    mutate_json,
    mutate_pickles,
    mutate_png,
    mutate_safetensors,
    mutate_yaml,
    mutate_zip,
)
from micro import micro_config
from nersemble.captures.convert.calibrations import read_calibration
from nersemble.captures.convert.footage import open_footage
from nersemble.captures.convert.lens import undistortion
from nersemble.config import RunDescription, describe, to_json
from nersemble.data_manager.calibration import cameras, read_camera_params
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.color_affine import read_correction
from nersemble.data_manager.color_polynomial import color_matrix, read_color_calibration
from nersemble.data_manager.config import SegmentConfig
from nersemble.data_manager.layout_v1 import open_v1
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.packed_files import record_path, store_folder
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packer
from nersemble.data_manager.rig import SERIALS
from nersemble.data_manager.segments import Segment
from nersemble.data_manager.video_reader import VideoReader
from nersemble.distributed import ALONE
from nersemble.env import read_settings
from nersemble.errors import DivergedError
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.lpips_metric import load_lpips
from nersemble.evaluation.protocol import evaluation_folder_name
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import newest_evaluation, read_evaluation
from nersemble.evaluation.report_page import curves_section, facts_section
from nersemble.evaluation.results_table import gather, table
from nersemble.files import read_json_object, sha256_of
from nersemble.interop.benchmark_submission import (
    Benchmark,
    BenchmarkSequence,
    problems_of,
    write_submission,
)
from nersemble.jobs.health import RECOVERIES_FILE, set_back, slow_spans
from nersemble.jobs.loading import build_model, restored_model
from nersemble.jobs.released import open_released
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.runs.checkpoints import best_step, read_checkpoint, record_path_of, write_checkpoint
from nersemble.runs.folders import Run
from nersemble.runs.segmented import Segments, read_segments, write_segments
from nersemble.runs.training_log import TrainingLogWriter
from nersemble.video.camera_path import read_camera_path
from nersemble.viewer.path_files import path_from_bytes
from own_captures import write_colmap, write_metashape, write_opencv, write_transforms
from reports import STEP, write_run
from video_captures import mark_video, random_pictures, write_video

_SERIAL = SERIALS[0]
_JSON_WORDS = (b"NaN", b"Infinity", b"null", b"true", b"1e999", b"[", b"]", b"{", b"}", b'"', b",")


def _written(path: Path, read: Callable[[], object], *more: Path, named: str = "") -> Target:
    """What takes the place of a file that is there; ``more`` are further valid ones."""
    return Target([file.read_bytes() for file in (path, *more)], path, read, named)


def _json_bytes(content: object) -> bytes:
    return json.dumps(content).encode()


# Captures


def _calibration(folder: Path) -> Target:
    write_tiny_capture(folder, serials=SERIALS[:2], frame_numbers=())
    path = folder / f"{PARTICIPANT:03d}" / "camera_params.json"
    content = json.loads(path.read_bytes())
    per_camera = dict.fromkeys(content["world_2_cam"], content["intrinsics"])
    own = content | {"intrinsics": per_camera, "image_size": [40, 58]}

    def read() -> object:
        return cameras(read_camera_params(path), (22, 32))

    return Target([path.read_bytes(), _json_bytes(own)], path, read)


def _color_calibration(folder: Path) -> Target:
    path = folder / "color_calibration.json"
    matrices = [{"a": np.eye(3, n).tolist(), "b": np.ones((3, n)).tolist()} for n in (3, 7)]

    def read() -> object:
        content = read_color_calibration(path)
        return [color_matrix(content, serial, path) for serial in content]

    return Target([_json_bytes(matrix) for matrix in matrices], path, read)


def _correction(folder: Path) -> Target:
    path = folder / "correction.npy"
    seeds = []
    for kind in ("<f8", ">f4", "<i2"):
        written = io.BytesIO()
        np.save(written, np.eye(3, 4).astype(kind))
        seeds.append(written.getvalue())
    return Target(seeds, path, lambda: read_correction(path))


def _png_of(kind: str) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        one = {"serials": SERIALS[:1], "frame_numbers": (0,), "color_correction": False}
        write_tiny_capture(folder, scale=200, **one)
        path = picture_path(folder / f"{PARTICIPANT:03d}", _SERIAL, 0, kind)

        def read() -> Frame:
            return open_v1(folder, PARTICIPANT, SEQUENCE).read(_SERIAL, 0)

        return _written(path, read)

    return prepare


def _footage_picture(mask: bool) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        (folder / "camera").mkdir()
        path = folder / "camera" / "0.png"
        exif = Image.Exif()
        exif[0x0112] = 6
        seeds = []
        kinds = [(kind, mode) for kind in ("PNG", "JPEG", "TIFF", "BMP") for mode in ("RGB", "L")]
        kinds += [("WEBP", "RGB"), ("PNG", "P"), ("PNG", "RGBA"), ("TIFF", "CMYK")]
        for kind, mode in (*kinds, ("PNG", "LA"), ("PNG", "1"), ("TIFF", "F"), ("TIFF", "I")):
            written = io.BytesIO()
            picture = Image.fromarray(random_pictures(1)[0]).convert("L" if mask else "RGB")
            picture.convert(mode).save(written, kind, exif=exif)
            seeds.append(written.getvalue())

        def read() -> object:
            footage = open_footage(path.parent, "camera")
            return footage.read_mask(0) if mask else footage.read(0)

        return Target(seeds, path, read)

    return prepare


def _video(folder: Path) -> Target:
    pictures = random_pictures(5)
    path = write_video(folder / "cam_1.mp4", pictures, gop=2)
    lossy = {"crf": "30", "bf": "2"}
    other = write_video(
        folder / "o.mp4", pictures, codec="libx264", pixels="yuv420p", options=lossy
    )

    mark_video(other, (0, 1, -1, 0))

    def read() -> None:
        video = VideoReader(path, "1")
        for number in (0, video.n_frames - 1, 1 if video.n_frames > 1 else 0):
            video.read(number)
        video.close()

    return _written(path, read, other)


def _packed(record: bool) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        write_tiny_capture(folder, serials=SERIALS[:2], frame_numbers=(0,))
        capture = open_capture(folder, PARTICIPANT, SEQUENCE)
        store = store_folder(folder / "packed", capture, "round")
        Packer(capture, SERIALS[:2], [0], store, source_root=folder, workers=1).pack()
        camera = capture.cameras[0].camera

        def read() -> None:
            if record:
                _correct_checksum(path)
            opened = PackedStore(store, (camera.height, camera.width), SERIALS[:2], [0])
            for index in range(2):
                opened.frame(index, 0)
                opened.pixels(index, 0, np.array([[0, 0], [16, 11], [31, 21]]))

        path = record_path(store, 0)
        if not record:
            path = store / json.loads(path.read_bytes())["pixels"]
        return _written(path, read, named="frame_00000")

    return prepare


def _correct_checksum(path: Path) -> None:
    """Recomputes the checksum of a changed record, as an attacker would."""
    with suppress(OSError, ValueError, RecursionError):
        content = read_json_object(path)
        content.pop("crc32", None)
        checksum = zlib.crc32(json.dumps(content, sort_keys=True).encode())
        path.write_bytes(_json_bytes(content | {"crc32": checksum}))


def _colmap(binary: bool, name: str) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        write_colmap(folder / "model", binary=binary)
        path = folder / "model" / f"{name}.{'bin' if binary else 'txt'}"
        return _written(path, lambda: _first_undistorted(folder / "model"), named="model")

    return prepare


def _transforms(folder: Path) -> Target:
    path = folder / "transforms.json"
    write_transforms(path)
    return _written(path, lambda: _first_undistorted(path))


def _opencv(folder: Path) -> Target:
    write_opencv(folder / "model", ["GoPro 1"])
    write_opencv(folder / "more", ["c"])
    path = folder / "model" / "GoPro 1.yml"
    return _written(path, lambda: _first_undistorted(path), folder / "more" / "c.yml")


def _metashape(folder: Path) -> Target:
    path = folder / "cameras.xml"
    write_metashape(path, ["GoPro 1"])
    write_metashape(folder / "more.xml", ["c"])
    return _written(path, lambda: _first_undistorted(path), folder / "more.xml")


def _first_undistorted(calibration: Path) -> object:
    first = read_calibration(calibration)[0]
    return undistortion(first.lens, (24, 32), (24, 32), f"{calibration}: {first.name}")


# Runs


def _micro_run(folder: Path) -> tuple[Run, RunDescription, dict[str, torch.Tensor]]:
    """A run with a checkpoint of step 5, without training."""
    config = micro_config(n_timesteps=3, grid_resolution=8)
    ensemble = dataclasses.replace(config.model.dynamic_field.hash_ensemble, latent_dim_time=2)
    dynamic_field = dataclasses.replace(config.model.dynamic_field, hash_ensemble=ensemble)
    model_config = dataclasses.replace(config.model, dynamic_field=dynamic_field)
    config = dataclasses.replace(config, model=model_config)
    description = RunDescription(PARTICIPANT, SEQUENCE, "", "tiny", config)
    run = Run(folder / "NERS-1")
    run.checkpoints_folder.mkdir(parents=True)
    run.write_config(to_json(description))
    model = build_model(PARTICIPANT, config, 3, torch.device("cpu"))
    tensors = {MODEL_PREFIX + name: value for name, value in model.state_dict().items()}
    write_checkpoint(_tensors_path(run), 5, tensors, {"n_timesteps": 3})
    return run, description, tensors


def _tensors_path(run: Run) -> Path:
    return run.checkpoints_folder / "step-000000005.safetensors"


def _config(folder: Path) -> Target:
    run, _, tensors = _micro_run(folder)

    def read() -> object:
        return restored_model(describe(run), tensors, run.config_path, torch.device("cpu"))

    return _written(run.config_path, read)


def _checkpoint_record(folder: Path) -> Target:
    run, *_ = _micro_run(folder)
    tensors = _tensors_path(run)
    return _written(record_path_of(tensors), lambda: read_checkpoint(tensors), named="step-")


def _checkpoint_tensors(folder: Path) -> Target:
    run, description, _ = _micro_run(folder)
    path = _tensors_path(run)
    record = json.loads(record_path_of(path).read_bytes())

    def read() -> object:
        # Whoever changes the tensors can change their checksum as well.
        # Of what is no file, or too long to be summed, it cannot be known.
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 30:
            changed = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
            record_path_of(path).write_bytes(_json_bytes(record | changed))
        tensors, _ = read_checkpoint(path)
        return restored_model(description, tensors, path, torch.device("cpu"))

    return _written(path, read)


def _best(folder: Path) -> Target:
    run, *_ = _micro_run(folder)
    path = run.checkpoints_folder / "best.json"
    seed = _json_bytes({"step": 5, "psnr": 20.5, "tensors": _tensors_path(run).name})
    return Target([seed], path, lambda: best_step(run.checkpoints_folder))


def _recoveries(folder: Path) -> Target:
    run = Run(folder)
    set_back(run, DivergedError("It has diverged.", 12), 6, ALONE)
    return _written(folder / RECOVERIES_FILE, lambda: slow_spans(run))


def _segments(folder: Path) -> Target:
    run = Run(folder / "NERS-1")
    run.folder.mkdir()
    write_segments(run, Segments(SegmentConfig(12, 4), (Segment(0, 12), Segment(8, 20))))
    return _written(run.folder / "segments.json", lambda: read_segments(run))


def _report_of(name: str) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        run = write_run(folder / "NERS-1", frames=(0,), size=(16, 16))
        paper = {"participant": 30, "sequence": "EXP-2-eyes", "preset": "paper"}
        (run / "config.json").write_text(json.dumps(paper))

        def read() -> None:
            found = read_evaluation(run, newest_evaluation(run))
            if name == "training_log.jsonl":
                curves_section([found], ["run"])
                facts_section([found], ["run"])
                return
            # Encoding the same pictures again would take most of the time.
            bare = found if name == "pictures.json" else dataclasses.replace(found, pictures=[])
            write_report([bare], page, 20.0)

        page = folder / "report.html"
        page.touch()
        log = TrainingLogWriter(run, 0, {"device": "cpu", "ram_bytes": 2**34})
        for step in (10, 20, 30):
            log.scalars(step, {"train/loss": 1.5 / step, "memory/gpu_peak_bytes": 1e9})
        found = (run / "evaluation").glob(f"*/{name}")
        path = next(found, run / name)
        return _written(path, read, named="NERS-1")

    return prepare


def _results(folder: Path) -> Target:
    run = write_run(folder / "NERS-1", frames=(0,), size=(16, 16))
    paper = {"participant": 30, "sequence": "EXP-2-eyes", "preset": "paper"}
    (run / "config.json").write_text(json.dumps(paper))
    protocol = EvaluationConfig(skip_timesteps=3, max_eval_timesteps=-1)
    named = run / "evaluation" / evaluation_folder_name(STEP, protocol)
    next((run / "evaluation").iterdir()).rename(named)
    path = named / "evaluation_result.json"
    return _written(path, lambda: table(gather([Run(run)], "regular"), "regular"))


def _camera_path(folder: Path) -> Target:
    path = folder / "path.json"
    keyframe: Mapping[str, Any] = {
        "seconds": 0.0,
        "timestep": 0.0,
        "position": [0.0, -9.0, 0.0],
        "orientation_wxyz": [1.0, 0.0, 0.0, 0.0],
        "vertical_fov_degrees": 20.0,
    }
    keyframes = [keyframe, {**keyframe, "seconds": 2.0, "position": [1.0, -8.0, 0.5]}]
    content = {"format": "nersemble-camera-path", "version": 1, "keyframes": keyframes}

    def read() -> object:
        found = read_camera_path(path).at(1.0)
        return found, path_from_bytes(path.read_bytes())

    return Target([_json_bytes(content)], path, read)


# The original's runs, the benchmark's zips, settings

_YAML = """!!python/object:nerfstudio.Trainer
max_num_iterations: 300001
steps_per_save: 2000
pipeline: !!python/object:nersemble.Pipeline
  datamanager: !!python/object:nersemble.Manager
    train_num_rays_per_batch: 4096
    dataparser: &parser !!python/object:nersemble.Parser
      participant_id: 30
      sequence_name: EXP-2-eyes
      scale_factor: 9
  model: &model
    far_plane: 1000.0
    hash_ensemble_config:
      hash_encoding_config: {base_resolution: 16, per_level_scale: 1.4472692012786865}
"""


def _released(changed: str) -> Callable[[Path], Target]:
    def prepare(folder: Path) -> Target:
        run = Run(folder / "NERS-9030")
        path = run.checkpoints_folder / "step-000000100.ckpt"
        path.parent.mkdir(parents=True)
        torch.save({"step": 100, "pipeline": _released_pipeline()}, path)
        config = run.folder / "config.yml"
        few = "pipeline: {datamanager: {dataparser: {participant_id: 30, sequence_name: EXP-2}}}"
        config.write_text(_YAML if changed == "config" else few)
        target = path if changed == "checkpoint" else config
        return _written(target, lambda: open_released(run, -1), named="NERS-9030")

    return prepare


def _released_pipeline() -> dict[str, torch.Tensor]:
    """A small model by the names of the original's parameters (method.md, Released models)."""
    stem = "deformation_field.se3_field.mlp_stem.layers"
    heads = [f"deformation_field.se3_field.mlp_{kind}.layers.0" for kind in "rv"]
    model = {
        "time_embedding.weight": torch.zeros(3, 4),
        "field.hash_ensemble.hash_encodings.0.params": torch.zeros(256 * 4 * 2),
        "field.mlp_base.params": torch.zeros(64 * 32 + 16 * 64),
        "field.mlp_head.params": torch.zeros(64 * 32 + 64 * 64 + 16 * 64),
        "field.aabb": torch.tensor([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]]),
        "occupancy_grid.occs": torch.zeros(64),
        "occupancy_grid.binaries": torch.ones(1, 4, 4, 4, dtype=torch.bool),
        "time_embedding_deformation.weight": torch.zeros(3, 8),
        **{f"{stem}.0.{kind}": torch.zeros(shape) for kind, shape in _WEIGHTS.items()},
        **{f"{head}.weight": torch.zeros(3, 16) for head in heads},
        **{f"{head}.bias": torch.zeros(3) for head in heads},
    }
    return {f"_model.{name}": value for name, value in model.items()}


_WEIGHTS: Mapping[str, tuple[int, ...]] = {"weight": (16, 16), "bias": (16,)}


def _weights_for_lpips(folder: Path) -> Target:
    """Files of torch's older format, without the archive. They lack most of AlexNet, so that none
    is accepted and no network built."""
    path = folder / "alexnet.pth"
    content = {"features.0.weight": torch.zeros(4, 3, 2, 2), "step": 3, "other": [1.5, "x", None]}
    torch.save(content, path, _use_new_zipfile_serialization=False)
    (folder / "pickle").write_bytes(pickle.dumps({"features.0.bias": 1.5}, protocol=2))
    return _written(path, lambda: load_lpips(path), folder / "pickle")


def _submission(folder: Path) -> Target:
    sequence = BenchmarkSequence(475, "HAIR", 2)
    benchmark = Benchmark((sequence,), ("1", "2"), width=22, height=32, fps=73, crf=14)
    video = write_video(folder / "video.mp4", random_pictures(2))
    path = folder / "submission.zip"
    write_submission(path, dict.fromkeys(benchmark.videos(), video))

    def read() -> None:
        for problem in problems_of(path, benchmark):
            if not problem.isprintable():
                raise ValueError("a problem with control characters")

    return _written(path, read)


def _settings(folder: Path) -> Target:
    path = folder / ".env"
    seed = b'# roots\nNERSEMBLE_DATA_PATH="/data/a b"\nexport NERSEMBLE_MODELS_PATH=${HOME}/x # c\n'
    return Target([seed], path, lambda: read_settings(path))


_PNG_WORDS = (b"IHDR", b"IDAT", b"IEND", b"PLTE", b"tRNS", b"zTXt", b"iTXt", b"acTL", b"fcTL")
_PICTURE_WORDS = (*_PNG_WORDS, b"eXIf", b"II*\x00", b"\xff\xd8", b"\x12\x01\x03\x00")
_MP4_WORDS = b"ftyp moov trak mdia stbl stsz stco stsc mdat elst avcC free moof".split()
_NPY_WORDS = b"'|O' '<f8' '|V99' (3,4) (99999999999,9) (-1,4) True".split()
_PICKLE_WORDS = (b"cos\nsystem\n", b"cbuiltins\neval\n", *b"R b \x81 X . t (".split())
_YAML_WORDS = (
    *(b"!!python/object/apply:os.system ['true']", b"!!python/name:os.system", b"&a ", b"*a"),
    *(b"<<: *model", b"*parser", b"? ", b"- ", b"!!int ", b"!!binary ", b"---\n", b"{", b"["),
    *(b"%YAML 1.1\n", b"9" * 5000, b".inf", b"0x_", b"1:1:1", b"null", b"\n"),
)
_TEXT_WORDS = (
    *b"nan inf 1e999 -1 99999999999999999999 PINHOLE OPENCV # \xff".split(),
    *(b"\n", b" ", b"\x00"),
)
_XML_WORDS = (
    *(b"<camera ", b"</camera>", b"<transform>", b"<!DOCTYPE x", b"<!ENTITY a 'b'>", b"&a;"),
    *(b"<k1>1e999</k1>", b"nan", b'width="-1"', b'label=""', b"<chunk>" * 3000, b"\xff"),
)
_ENV_WORDS = (*b"${X} ${NERSEMBLE_DATA_PATH} $ = ' \" \\ \xff \x00".split(), b"\n")

READERS = (
    Reader("calibration", _calibration, mutate_json, (*_JSON_WORDS, b"image_size", b"../../x")),
    Reader("color-calibration", _color_calibration, mutate_json, _JSON_WORDS),
    Reader("npy", _correction, mutate_bytes, _NPY_WORDS),
    Reader("png-color", _png_of("images-2x-73fps"), mutate_png, _PNG_WORDS),
    Reader("png-alpha", _png_of("alpha_map-73fps"), mutate_png, _PNG_WORDS),
    Reader("png-depth", _png_of("colmap-73fps/depth_maps_compressed"), mutate_png, _PNG_WORDS),
    Reader("pictures", _footage_picture(False), mutate_png, _PICTURE_WORDS),
    Reader("masks", _footage_picture(True), mutate_png, _PICTURE_WORDS),
    Reader("mp4", _video, mutate_bytes, _MP4_WORDS),
    Reader("packed-record", _packed(True), mutate_json, _JSON_WORDS),
    Reader("packed-pixels", _packed(False), mutate_bytes),
    Reader("colmap-cameras-bin", _colmap(True, "cameras"), mutate_bytes),
    Reader("colmap-images-bin", _colmap(True, "images"), mutate_bytes),
    Reader("colmap-cameras-txt", _colmap(False, "cameras"), mutate_bytes, _TEXT_WORDS),
    Reader("colmap-images-txt", _colmap(False, "images"), mutate_bytes, _TEXT_WORDS),
    Reader("transforms", _transforms, mutate_json, (*_JSON_WORDS, b"k4", b"camera_angle_x")),
    Reader("opencv", _opencv, mutate_yaml, (*_YAML_WORDS, b"!!opencv-matrix", b"rows: -1")),
    Reader("metashape", _metashape, mutate_bytes, _XML_WORDS),
    Reader("config", _config, mutate_json, _JSON_WORDS),
    Reader("checkpoint-record", _checkpoint_record, mutate_json, _JSON_WORDS),
    Reader(
        "checkpoint-tensors", _checkpoint_tensors, mutate_safetensors, (b"F32", b"I64", b"BF16")
    ),
    Reader("best", _best, mutate_json, _JSON_WORDS),
    Reader("recoveries", _recoveries, mutate_json, _JSON_WORDS),
    Reader("segments", _segments, mutate_json, _JSON_WORDS),
    Reader(
        "training-log",
        _report_of("training_log.jsonl"),
        mutate_bytes,
        (*_JSON_WORDS, b"9" * 400, b"[" * 5000, b"1e308", b'"step": ', b"\n"),
    ),
    Reader("evaluation-result", _report_of("evaluation_result.json"), mutate_json, _JSON_WORDS),
    Reader("evaluation-pictures", _report_of("pictures.json"), mutate_json, _JSON_WORDS),
    Reader("report-config", _report_of("config.json"), mutate_json, _JSON_WORDS),
    Reader("results", _results, mutate_json, _JSON_WORDS),
    Reader("camera-path", _camera_path, mutate_json, _JSON_WORDS),
    Reader("released-checkpoint", _released("checkpoint"), mutate_pickles, _PICKLE_WORDS),
    Reader("lpips-weights", _weights_for_lpips, mutate_bytes, _PICKLE_WORDS),
    Reader("released-config", _released("config"), mutate_yaml, _YAML_WORDS),
    Reader("submission", _submission, mutate_zip, (*_MP4_WORDS, b"PK\x01\x02", b"PK\x05\x06")),
    Reader("settings", _settings, mutate_bytes, _ENV_WORDS),
)
