"""A submission is looked at, never unpacked: whatever is in the zip, nothing is written."""

import stat
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from micro import run_command
from nersemble.interop.benchmark_submission import Benchmark, BenchmarkSequence, problems_of

BENCHMARK = Benchmark((BenchmarkSequence(475, "HAIR", 2),), ("1",), 22, 32, 73, 14)
NAME = "475/HAIR/cam_1.mp4"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Of the zip; whatever is done with it must not make another file."""
    path = tmp_path / "folder" / "submission.zip"
    path.parent.mkdir()
    yield path
    assert [p for p in tmp_path.rglob("*") if not p.is_dir()] == [path]


def _problems(path: Path) -> str:
    problems = problems_of(path, BENCHMARK)
    assert problems
    assert all(problem.isprintable() and len(problem) < 2000 for problem in problems)
    return " ".join(problems)


@pytest.mark.parametrize(
    "name",
    ["../escaped.mp4", "/tmp/escaped.mp4", "475/../../escaped", "..\\escaped", "C:\\escaped"],
)
def test_members_that_lead_out(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    assert "lead out of the zip's folder" in _problems(path)


def test_names_that_steer_a_terminal(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("\x1b[2J\x07evil\nerror: all is well", b"x")
    assert "\\x1b[2J\\x07evil\\n" in _problems(path)


def test_a_name_without_end(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x" * 60_000, b"x")
    assert "do not belong there" in _problems(path)


def test_a_symbolic_link(path: Path) -> None:
    link = zipfile.ZipInfo(NAME)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert f"{NAME} is not a readable video" in _problems(path)


def test_a_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(NAME, "w") as member,
    ):
        for _ in range(64):
            member.write(bytes(1 << 20))
    assert "would grow from" in _problems(path)


def test_a_size_that_is_a_lie(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, b"x" * 100)
    data = path.read_bytes()
    path.write_bytes(data.replace((100).to_bytes(4, "little"), (2**31).to_bytes(4, "little")))
    assert "size is larger than the zip's" in _problems(path)


def test_an_encrypted_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, b"x" * 100)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert f"{NAME} is damaged in the zip" in _problems(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, 77])
def test_another_compression(path: Path, method: int) -> None:
    """What an LZMA member says of its dictionary is allocated before anything is read."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, b"x" * 100)
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\x01\x02") + 10] = method
    path.write_bytes(data)
    assert f"{NAME} is compressed in an uncommon way" in _problems(path)


def test_twice_the_same_member(path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr(NAME, b"x")
    assert "members of the same name" in _problems(path)


def test_the_command_tells_and_exits(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../\x1b]0;evil\x07", b"x")
    assert run_command("benchmark", "check", path) == 2
    said = capsys.readouterr()
    assert "is not a valid submission" in said.err
    assert "\x1b" not in said.out + said.err
