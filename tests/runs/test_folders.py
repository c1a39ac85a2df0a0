"""Run folders and checkpoints, above all what happens when something goes wrong."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from nersemble.errors import CheckpointError, ConfigError, RunError
from nersemble.files import temporary_name
from nersemble.runs.checkpoints import load_checkpoint, save_checkpoint, save_diagnosis
from nersemble.runs.folders import Run, create_run, find_run, run_id_of


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(tmp_path, "checkpoints")


def _tensors(value: float = 1.0, n: int = 1000) -> dict[str, torch.Tensor]:
    return {"field.tables": torch.full((n, 2), value), "step": torch.tensor(7)}


def _save(run: Run, *steps: int, keep: int = 10) -> None:
    for step in steps:
        save_checkpoint(run, step, _tensors(step), {"step": step}, keep=keep)


def _names(run: Run) -> list[str]:
    return sorted(entry.name for entry in run.checkpoints_folder.iterdir())


@contextmanager
def _files_limited_to(n_bytes: int) -> Iterator[None]:
    """Makes writing beyond ``n_bytes`` fail, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


# Run folders


def test_runs_count_up_from_the_highest_that_is_not_released(tmp_path: Path) -> None:
    assert create_run(tmp_path, None).label == "NERS-1"
    for other in ("NERS-41-x", "NERS-9018", "NERS-9240-released", "NERS-x", "other-77", "NERS-50x"):
        (tmp_path / "nersemble" / other).mkdir()
    (tmp_path / "nersemble" / "NERS-60").write_text("a file is no run")
    made = create_run(tmp_path, "blue hair-2")
    assert made.label == "NERS-42-blue hair-2"
    assert made.run_id == "NERS-42"
    assert made.folder.is_dir()


def test_processes_never_share_a_number(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from nersemble.runs.folders import create_run\n"
        "open(sys.argv[2] + '.ready', 'w').close()\n"
        "import time; other = Path(sys.argv[3] + '.ready'); end = time.monotonic() + 60\n"
        "while not other.exists() and time.monotonic() < end: pass\n"
        "for _ in range(40): create_run(Path(sys.argv[1]), Path(sys.argv[2]).name)\n"
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    root = tmp_path / "models"
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(root), mine, other])
        for mine, other in ((a, b), (b, a))
    ]
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    made = list((root / "nersemble").iterdir())
    assert sorted(int(run_id_of(p.name)[5:]) for p in made) == list(range(1, 81))


def test_a_claim_left_by_a_killed_process_costs_only_its_number(tmp_path: Path) -> None:
    (tmp_path / "nersemble" / ".NERS-1.claim").mkdir(parents=True)
    assert create_run(tmp_path, None).label == "NERS-2"


def test_the_beginning_of_a_config_left_by_a_killed_process_is_removed(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from nersemble.files import temporary_name\n"
        "temporary_name(Path(sys.argv[1])).touch()"
    )
    run, mine = create_run(tmp_path, None), create_run(tmp_path, "mine")
    subprocess.run([sys.executable, "-c", program, str(run.config_path)], check=True)
    temporary_name(mine.config_path).touch()
    create_run(tmp_path, None)
    assert list(run.folder.iterdir()) == []
    assert list(mine.folder.iterdir()) == [temporary_name(mine.config_path)]


@pytest.mark.parametrize("name", ["", " ", ".hidden", "a/b", "a\\b", "..", "/", "a\nb", "\0"])
def test_names_that_are_no_folder_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot name a run"):
        create_run(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_models_folder_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "models"
    blocked.write_text("not a folder")
    with pytest.raises(RunError, match=r"models/nersemble.*--models_path"):
        create_run(blocked, None)


def test_a_name_too_long_for_the_disk_leaves_no_claim(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        create_run(tmp_path, "\u540d" * 100)
    assert list((tmp_path / "nersemble").iterdir()) == []


def test_a_run_is_found_by_number_label_and_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_run(tmp_path, "named")
    plain = create_run(tmp_path, None)
    assert find_run(tmp_path, "NERS-1") == made
    assert find_run(tmp_path, "NERS-1-named") == made
    assert find_run(tmp_path, "NERS-2") == plain
    elsewhere = tmp_path / "elsewhere"
    assert find_run(elsewhere, str(made.folder)) == made
    assert find_run(elsewhere, f"{made.folder}/") == made
    monkeypatch.chdir(made.folder)
    assert find_run(elsewhere, ".") == made
    monkeypatch.chdir(tmp_path)
    assert find_run(elsewhere, "nersemble/NERS-1-named").folder == made.folder


@pytest.mark.parametrize("wanted", ["NERS-3", "NERS-1-other", "NERS", "3", ""])
def test_an_unknown_run_lists_the_known_ones(tmp_path: Path, wanted: str) -> None:
    create_run(tmp_path, "named")
    with pytest.raises(RunError, match="NERS-1-named"):
        find_run(tmp_path, wanted)


def test_at_most_twenty_runs_are_listed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="it has no runs"):
        find_run(tmp_path, "NERS-1")
    for _ in range(23):
        create_run(tmp_path, None)
    with pytest.raises(RunError, match="and 3 older ones") as caught:
        find_run(tmp_path, "NERS-99")
    listed = str(caught.value).rpartition("?)")[2]
    assert listed.count("NERS-") == 20
    assert "NERS-23" in str(caught.value)
    assert "NERS-3," not in str(caught.value)


def test_a_number_in_use_twice_asks_for_the_whole_name(tmp_path: Path) -> None:
    for label in ("NERS-5-a", "NERS-5-b"):
        (tmp_path / "nersemble" / label).mkdir(parents=True)
    with pytest.raises(RunError, match="NERS-5-a or NERS-5-b"):
        find_run(tmp_path, "NERS-5")
    assert find_run(tmp_path, "NERS-5-b").label == "NERS-5-b"


def test_a_config_comes_back_and_is_replaced_as_a_whole(run: Run) -> None:
    run.write_config({"data": {"participant": 30}, "name": "ä"})
    with pytest.raises(TypeError):
        run.write_config({"data": object()})
    assert run.read_config() == {"data": {"participant": 30}, "name": "ä"}
    assert [entry.name for entry in run.folder.iterdir()] == ["config.json"]


def test_a_missing_or_damaged_config_is_named(run: Run) -> None:
    with pytest.raises(RunError, match=r"has no config\.json"):
        run.read_config()
    for content in (b'{"data": ', b"[1]", b"\xff\xfe"):
        run.config_path.write_bytes(content)
        with pytest.raises(RunError, match=r"config\.json"):
            run.read_config()
    with pytest.raises(RunError, match=r"config\.json"):
        Run(run.folder / "gone").write_config({})


# Checkpoints


def test_a_checkpoint_comes_back_bit_by_bit(run: Run) -> None:
    torch.manual_seed(0)
    tensors = {
        "half": torch.randn(3, 4).half(),
        "bfloat": torch.randn(5).bfloat16(),
        "transposed": torch.randn(4, 6).T,
        "mask": torch.rand(2, 3, 4) > 0.5,
        "scalar": torch.tensor(3, dtype=torch.int64),
        "empty": torch.zeros(0, 3),
        "random_state": torch.get_rng_state(),
        "parameter": torch.nn.Parameter(torch.randn(3)),
    }
    metadata = {"windows": {"hash": 32.0}, "losses": [1, 2.5], "run": None}
    path = save_checkpoint(run, 20_000, tensors, metadata, keep=1)
    assert path.name == "step-000020000.safetensors"
    loaded = load_checkpoint(run)
    assert (loaded.step, loaded.path, loaded.metadata) == (20_000, path, metadata)
    assert loaded.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert loaded.tensors[name].dtype == tensor.dtype
        assert torch.equal(loaded.tensors[name], tensor), name


def test_the_newest_or_the_named_checkpoint_is_loaded(run: Run) -> None:
    _save(run, 5, 1_000_000_000, 300)
    assert run.checkpoint_steps() == [5, 300, 1_000_000_000]
    assert load_checkpoint(run).step == load_checkpoint(run, -1).step == 1_000_000_000
    assert load_checkpoint(run, 5).tensors["field.tables"][0, 0] == 5
    with pytest.raises(CheckpointError, match=r"step 7, only of 5, 300, 1000000000"):
        load_checkpoint(run, 7)


def test_a_run_without_checkpoints_says_so(run: Run) -> None:
    assert run.checkpoint_steps() == []
    with pytest.raises(CheckpointError, match="has no checkpoint in"):
        load_checkpoint(run)


def test_only_the_newest_are_kept(run: Run) -> None:
    _save(run, 1, 2, 3, 4, keep=2)
    assert _names(run) == [
        f"step-00000000{step}.{ending}" for step in (3, 4) for ending in ("json", "safetensors")
    ]
    with pytest.raises(ConfigError):
        _save(run, 5, keep=0)


def test_a_run_resumed_from_an_old_checkpoint_keeps_what_it_writes(run: Run) -> None:
    _save(run, 100, 200, 300)
    _save(run, 150, keep=1)
    assert run.checkpoint_steps() == [150, 200, 300]


def test_a_step_can_be_saved_again(run: Run) -> None:
    _save(run, 10)
    save_checkpoint(run, 10, _tensors(-1), {"again": True}, keep=1)
    loaded = load_checkpoint(run)
    assert loaded.metadata == {"again": True}
    assert loaded.tensors["field.tables"][0, 0] == -1


def test_rests_of_interrupted_saves_do_not_count_and_disappear(run: Run) -> None:
    _save(run, 10, 20)
    (run.checkpoints_folder / ".step-000000030.safetensors.4242.tmp").write_bytes(b"begun")
    (run.checkpoints_folder / "step-000000005.safetensors").write_bytes(b"record deleted first")
    (run.checkpoints_folder / "step-000000030.safetensors").write_bytes(b"record never written")
    assert load_checkpoint(run).step == 20
    _save(run, 30, keep=1)
    assert _names(run) == ["step-000000030.json", "step-000000030.safetensors"]
    assert load_checkpoint(run).step == 30


@pytest.mark.parametrize("limit", [0, 2000, 8200])
def test_a_full_disk_leaves_the_earlier_checkpoints(run: Run, limit: int) -> None:
    _save(run, 10)
    before = _names(run)
    with (
        _files_limited_to(limit),
        pytest.raises(CheckpointError, match=r"step-000000020.*intact"),
    ):
        # The tensors take a little over 8000 bytes; the largest limit lets them through and stops
        # the record.
        save_checkpoint(run, 20, _tensors(), {"long": "x" * 10_000}, keep=1)
    assert _names(run) == before
    assert load_checkpoint(run).step == 10


def _damage(run: Run, step: int, how: str) -> None:
    path = run.checkpoints_folder / f"step-{step:09d}.safetensors"
    record = path.with_suffix(".json")
    content = bytearray(path.read_bytes())
    if how == "truncated":
        path.write_bytes(content[:-100])
    elif how == "flipped":
        content[-50] ^= 1
        path.write_bytes(content)
    elif how == "missing":
        path.unlink()
    elif how == "record truncated":
        os.truncate(record, 40)
    elif how == "record empty":
        record.write_text("{}")
    elif how == "record of another kind":
        record.write_text("[]")
    elif how == "newer format":
        record.write_text(json.dumps(json.loads(record.read_text()) | {"format": 99}))


@pytest.mark.parametrize(
    ("how", "culprit"),
    [
        ("truncated", r"step-000000030\.safetensors: it has \d+ bytes"),
        ("flipped", r"step-000000030\.safetensors: its content is damaged"),
        ("missing", r"step-000000030\.safetensors: No such file"),
        ("record truncated", r"step-000000030\.json: it is not valid JSON"),
        ("record empty", r"step-000000030\.json: it lacks"),
        ("record of another kind", r"step-000000030\.json: it is not valid JSON"),
        ("newer format", r"step-000000030\.\w+: it has format 99"),
    ],
)
def test_a_damaged_checkpoint_is_named_with_the_one_to_use_instead(
    run: Run, how: str, culprit: str
) -> None:
    _save(run, 10, 20, 30)
    _damage(run, 30, how)
    _damage(run, 20, "truncated")
    with pytest.raises(CheckpointError, match=culprit) as caught:
        load_checkpoint(run)
    assert "--resume_checkpoint 10" in str(caught.value)
    assert "--checkpoint 10" in str(caught.value)
    assert load_checkpoint(run, 10).step == 10


def test_a_damaged_only_checkpoint_offers_no_other(run: Run) -> None:
    _save(run, 10)
    _damage(run, 10, "flipped")
    with pytest.raises(CheckpointError, match="no older one"):
        load_checkpoint(run)


def test_tensors_that_share_memory_are_refused_before_anything_changes(run: Run) -> None:
    _save(run, 10)
    tied = torch.zeros(4)
    with pytest.raises(RuntimeError, match="share memory"):
        save_checkpoint(run, 10, {"a": tied, "b": tied}, {}, keep=1)
    assert load_checkpoint(run).tensors["field.tables"][0, 0] == 10


def test_a_diagnosis_is_never_taken_for_a_checkpoint(run: Run) -> None:
    _save(run, 10)
    path = save_diagnosis(run, 15, _tensors(float("nan")), {"loss": "nan"})
    assert path.name == "nonfinite-step-000000015.safetensors"
    assert load_file(path)["field.tables"].isnan().all()
    assert json.loads(path.with_suffix(".json").read_text()) == {"loss": "nan"}
    assert run.checkpoint_steps() == [10]
    assert load_checkpoint(run).step == 10
    # And later checkpoints do not delete it.
    _save(run, 20, keep=1)
    assert path.exists()
    with _files_limited_to(2000), pytest.raises(CheckpointError, match="nonfinite-step-000000025"):
        save_diagnosis(run, 25, _tensors(), {})
    assert load_checkpoint(run).step == 20
