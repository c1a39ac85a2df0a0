"""``nersemble results``: what it prints, what it writes, and that its commands are ours."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from nersemble.cli import main
from nersemble.commands.evaluate import parse_evaluate
from nersemble.commands.results import BEGIN, END
from nersemble.commands.train import parse_train
from nersemble.config import options_of
from nersemble.evaluation.protocol import evaluation_folder_name
from nersemble.evaluation.results_table import PAPER_SEQUENCES
from source_tree import ROOT


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["results", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_the_page_of_results_has_the_table_of_an_empty_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    part = page.partition(BEGIN)[2].partition(END)[0]
    assert part == f"\n\n{printed(capsys, '--models_path', tmp_path)}\n", (
        "write it anew: nersemble results --models_path EMPTY_FOLDER --out docs/results.md"
    )


@pytest.mark.parametrize("paper", PAPER_SEQUENCES, ids=lambda paper: paper.title)
def test_the_commands_of_a_sequence_parse_and_mean_what_the_paper_did(paper) -> None:  # type: ignore[no-untyped-def]
    train, spaced, third = [shlex.split(command) for command in paper.commands()]
    assert train[:2] == ["nersemble", "train"]
    trained = parse_train(train[2:])
    assert (trained.participant, trained.sequence) == (paper.participant, paper.sequence)
    values = options_of(trained.config)
    assert {name: values[name] for name, _ in paper.options} == dict(paper.options)
    names = []
    for words in (spaced, third):
        assert words[:2] == ["nersemble", "evaluate"]
        parsed = parse_evaluate(words[2:])
        assert parsed.protocol == "release"
        names.append(evaluation_folder_name(300_000, parsed.config))
    suffix = "_no-occupancy-grid-filtering" if paper.participant == 97 else ""
    assert names == [
        f"checkpoint_300000_max_eval_timesteps_15{suffix}",
        f"checkpoint_300000_skip_timesteps_3{suffix}",
    ]


def test_out_replaces_what_is_between_the_markers_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(f"# Über\r\n{BEGIN}\nold\n{END} end\n".encode())
    text = printed(capsys, "--models_path", tmp_path, "--out", page)
    first = page.read_bytes()
    assert first.decode() == f"# Über\r\n{BEGIN}\n\n{text}\n{END} end\n"
    printed(capsys, "--models_path", tmp_path, "--out", page)
    assert page.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == ["page.md"]


@pytest.mark.parametrize(
    "content",
    [
        "no markers",
        BEGIN,
        END,
        f"{END}\n{BEGIN}",
        f"{BEGIN}{END}{BEGIN}{END}",
        f"{BEGIN}{BEGIN}{END}",
    ],
)
def test_a_file_without_the_two_markers_stays_as_it_is(
    tmp_path: Path, content: str, error_line: Callable[[int], str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(content)
    message = error_line(main(["results", "--models_path", str(tmp_path), "--out", str(page)]))
    assert str(page) in message
    assert BEGIN in message
    assert page.read_text() == content


def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, error_line: Callable[[int], str]
) -> None:
    page = tmp_path / "absent.md"
    message = error_line(main(["results", "--models_path", str(tmp_path), "--out", str(page)]))
    assert f"{page} cannot be rewritten (No such file or directory)" in message


def test_a_models_folder_that_is_not_there_is_an_error(
    tmp_path: Path, error_line: Callable[[int], str]
) -> None:
    absent = tmp_path / "absent"
    message = error_line(main(["results", "--models_path", str(absent)]))
    assert f"The folder {absent} does not exist: correct --models_path" in message


def test_without_a_models_folder_it_says_how_to_name_one(error_line: Callable[[int], str]) -> None:
    assert "--models_path" in error_line(main(["results"]))
