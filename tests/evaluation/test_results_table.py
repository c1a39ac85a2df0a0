"""The paper's ten sequences: which results count, their means, and what is said of the rest."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from nersemble.evaluation.results_table import PAPER_SEQUENCES, gather, table
from nersemble.runs.folders import runs_with_config

SPACED = "_max_eval_timesteps_15"
THIRD = "_skip_timesteps_3"
UNFILTERED = "_no-occupancy-grid-filtering"


def add_run(models: Path, label: str, participant: object, sequence: object, **data: Any) -> Path:
    folder = models / "nersemble" / label
    folder.mkdir(parents=True)
    content = {"participant": participant, "sequence": sequence, "preset": "paper"}
    (folder / "config.json").write_text(json.dumps(content | {"config": {"data": data}}))
    return folder


def add_result(run: Path, folder: str, notes: Any = "release", **scores: float | None) -> Path:
    """A result whose regular scores are these and whose masked ones are 1 higher."""
    path = run / "evaluation" / f"checkpoint_{folder}" / "evaluation_result.json"
    path.parent.mkdir(parents=True)
    given = {"psnr": None, "ssim": None, "lpips": None, "mse": None, "jod": None} | scores
    masked = {name: None if value is None else value + 1 for name, value in given.items()}
    content: dict[str, Any] = {"mean": {"regular": given, "masked": masked}, "per_cam": {}}
    if notes == "release":
        names = {"torchmetrics_2023_cropped", "torchmetrics_1.4.2"}
        both = {k: dict.fromkeys(names, s["ssim"]) for k, s in content["mean"].items()}
        notes = {"protocol": "release", "ssim_crop": True, "ssim": {"mean": both}}
    if notes is not None:
        content["notes"] = notes
    path.write_text(json.dumps(content))
    return path


def rows(models: Path, kind: Any = "regular") -> dict[str, list[str]]:
    """The table's cells by their first: PSNR, SSIM, LPIPS, JOD, runs."""
    lines = table(gather(runs_with_config(models), kind), kind).splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if "|" in line]
    return {row[0]: row[1:6] for row in cells}


def test_without_results_every_figure_is_empty_but_the_published(tmp_path: Path) -> None:
    found = rows(tmp_path)
    titles = [paper.title for paper in PAPER_SEQUENCES]
    assert list(found)[2:] == [*titles, "mean", "published mean"]
    assert all(found[title] == [""] * 5 for title in [*titles, "mean"])
    assert found["published mean"][:4] == ["31.48", "0.872", "0.217", "7.85"]
    assert table(gather(runs_with_config(tmp_path), "regular"), "regular").endswith(
        "Missing: all ten."
    )


def test_spaced_timesteps_give_pictures_and_every_third_gives_jod(tmp_path: Path) -> None:
    run = add_run(tmp_path, "NERS-1", 30, "EXP-2-eyes")
    add_result(run, f"300000{SPACED}", psnr=30.0, ssim=0.9, lpips=0.2, jod=1.0)
    add_result(run, f"300000{THIRD}", psnr=99.0, ssim=0.1, lpips=0.9, jod=7.5)
    other = add_run(tmp_path, "NERS-2", 227, "EXP-5-mouth")
    add_result(other, f"300000{SPACED}", psnr=34.0, ssim=0.8, lpips=None, jod=1.0)
    found = rows(tmp_path)
    assert found["30 EXP-2-eyes"] == [
        "30.00",
        "0.900",
        "0.200",
        "7.50",
        "NERS-1 (paper, step 300000)",
    ]
    assert found["227 EXP-5-mouth"][:4] == ["34.00", "0.800", "", ""]
    assert found["mean"][:4] == ["32.00 (of 2)", "0.850 (of 2)", "0.200 (of 1)", "7.50 (of 1)"]
    last = table(gather(runs_with_config(tmp_path), "regular"), "regular").splitlines()[-1]
    assert last.startswith("Missing: 18 EMO-1-shout+laugh, 38 EXP-1-head, ")
    assert "eyes" not in last
    assert rows(tmp_path, "masked")["30 EXP-2-eyes"][:4] == ["31.00", "1.900", "1.200", "8.50"]


def test_several_runs_of_a_sequence_are_averaged_and_weigh_as_one(tmp_path: Path) -> None:
    for number, psnr in enumerate((30.0, 32.0), 1):
        run = add_run(tmp_path, f"NERS-{number}", 18, "EMO-1-shout+laugh")
        add_result(run, f"300000{SPACED}", psnr=psnr)
    add_result(add_run(tmp_path, "NERS-3", 38, "EXP-1-head"), f"300000{SPACED}", psnr=21.0)
    found = rows(tmp_path)
    assert found["18 EMO-1-shout+laugh"][0] == "31.00"
    assert found["mean"][0] == "26.00 (of 2)"


def test_only_the_newest_evaluated_checkpoint_counts(tmp_path: Path) -> None:
    run = add_run(tmp_path, "NERS-1", 38, "EXP-1-head")
    add_result(run, f"50000{SPACED}", psnr=20.0)
    add_result(run, f"50000{THIRD}", jod=5.0)
    add_result(run, f"300000{SPACED}", psnr=30.0)
    add_result(run, "400000_max_eval_timesteps_4", psnr=40.0)
    assert rows(tmp_path)["38 EXP-1-head"][:4] == ["30.00", "", "", ""]


def test_97_counts_without_grid_filtering_and_the_others_with(tmp_path: Path) -> None:
    for number, (participant, sequence) in enumerate([(97, "HAIR"), (240, "EXP-4-lips")], 1):
        run = add_run(tmp_path, f"NERS-{number}", participant, sequence)
        add_result(run, f"9{SPACED}", psnr=10.0)
        add_result(run, f"9{SPACED}{UNFILTERED}", psnr=20.0)
    found = rows(tmp_path)
    assert (found["97 HAIR"][0], found["240 EXP-4-lips"][0]) == ("20.00", "10.00")


@pytest.mark.parametrize(
    ("notes", "ssim"),
    [
        (None, "0.500"),  # as the release writes it
        ({"ssim_crop": True}, "0.500"),
        ({"ssim_crop": False}, ""),
        (
            {
                "ssim_crop": False,
                "ssim": {"mean": {"regular": {"torchmetrics_2023_cropped": 0.6}}},
            },
            "0.600",
        ),
    ],
)
def test_ssim_is_the_cropped_one_also_of_older_results(
    tmp_path: Path, notes: Any, ssim: str
) -> None:
    run = add_run(tmp_path, "NERS-1", 18, "EMO-1-shout+laugh")
    add_result(run, f"9{SPACED}", notes, psnr=30.0, ssim=0.5)
    assert rows(tmp_path)["18 EMO-1-shout+laugh"][:2] == ["30.00", ssim]


def test_other_protocols_and_options_are_pointed_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = add_run(tmp_path, "NERS-1", 124, "FREE", start_timestep=0, n_timesteps=475)
    path = add_result(run, f"9{SPACED}", {"protocol": "default", "ssim_crop": True}, psnr=30.0)
    with caplog.at_level(logging.WARNING):
        assert rows(tmp_path)["124 FREE"][0] == "30.00"
    assert caplog.messages == [
        f"{path} was not made with --protocol release.",
        "NERS-1 was trained with start_timestep 0, where the paper has 95.",
    ]


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "{}", '{"mean": 3}', '{"mean": {"regular": {"psnr": 3}}}', "\xff"],
)
def test_a_damaged_result_is_named_and_the_others_count(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = add_run(tmp_path, "NERS-1", 18, "EMO-1-shout+laugh")
    broken = add_result(run, f"9{SPACED}", psnr=30.0)
    broken.write_bytes(damage.encode("latin-1"))
    add_result(run, f"9{THIRD}", jod=7.0)
    with caplog.at_level(logging.WARNING):
        assert rows(tmp_path)["18 EMO-1-shout+laugh"][:4] == ["", "", "", "7.00"]
    (message,) = caplog.messages
    assert message.startswith(f"{broken} is left out: ")


@pytest.mark.parametrize("psnr", ['"high"', "NaN", "true", "[1]"])
def test_a_figure_that_is_none_is_damage(
    tmp_path: Path, psnr: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = add_result(add_run(tmp_path, "NERS-1", 38, "EXP-1-head"), f"9{SPACED}", psnr=77.25)
    path.write_text(path.read_text().replace("77.25", psnr))
    with caplog.at_level(logging.WARNING):
        assert rows(tmp_path)["38 EXP-1-head"][0] == ""
    assert f"{path} is left out: it is no result of an evaluation (psnr is" in caplog.text


def test_folders_that_are_no_runs_of_ours_are_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    released = tmp_path / "nersemble" / "NERS-9018"
    add_result(released, f"300000{SPACED}", None, psnr=30.0)
    (released / "config.yml").write_text("a: b")
    (tmp_path / "nersemble" / "notes.txt").write_text("x")
    add_run(tmp_path, "NERS-1", 18, "another")
    add_run(tmp_path, "NERS-2", [18], {"a": 1})
    add_run(tmp_path, "NERS-3", 18, "EMO-1-shout+laugh")
    with caplog.at_level(logging.WARNING):
        assert all(
            row[:4] == [""] * 4 for name, row in rows(tmp_path).items() if name[:1].isdigit()
        )
    assert caplog.messages == []
    (tmp_path / "nersemble" / "NERS-3" / "config.json").write_text("{")
    with caplog.at_level(logging.WARNING):
        rows(tmp_path)
    assert "NERS-3/config.json is left out: it is not valid JSON" in caplog.text
