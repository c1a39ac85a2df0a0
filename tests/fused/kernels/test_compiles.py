"""Every kernel compiles for every compute capability that is promised, without a GPU."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from source_tree import PACKAGE, module_name, parse, python_files

pytest.importorskip("triton")

# Bytes of shared memory that one block can have (CUDA C++ programming guide, table "technical
# specifications per compute capability").
SHARED_BYTES = {75: 65536, 80: 166912, 86: 101376, 89: 101376, 90: 232448}
FOLDER = PACKAGE / "ops" / "triton"


def jit_functions() -> dict[str, ast.FunctionDef]:
    """All functions of ``fused/kernels`` that Triton compiles, by their qualified names."""
    return {
        f"{module_name(path)}.{node.name}": node
        for path in sorted(FOLDER.glob("*.py"))
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef)
        and any("triton.jit" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def launched_names() -> Iterator[str]:
    """Names of what is launched, ``name[grid](...)``, anywhere in the package."""
    for path in python_files("src"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Subscript):
                yield ast.unparse(node.func.value).rpartition(".")[2]


def kernels() -> set[str]:
    """Those that are launched, or that no other one uses."""
    functions = jit_functions()
    used = {
        node.id if isinstance(node, ast.Name) else node.attr
        for function in functions.values()
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    launched = set(launched_names())
    return {
        name
        for name, node in functions.items()
        if node.name in launched or node.name not in used
    }  # fmt: skip


def compile_all(capability: int) -> list[dict[str, Any]]:
    """What ``compile_cases.py`` reports; in a process of its own, where Triton compiles."""
    script = Path(__file__).with_name("compile_cases.py")
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(capability)],
        env=os.environ | {"TRITON_INTERPRET": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    return [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]


def test_kernels_are_found() -> None:
    names = {name.removeprefix("nersemble.fused.kernels.") for name in kernels()}
    assert {"hash_grid.lookup_kernel", "field_mlp_backward.backward_kernel"} <= names
    assert "field_mlp.relu_half" not in names


@pytest.mark.parametrize("capability", SHARED_BYTES)
def test_every_kernel_compiles(capability: int) -> None:
    compiled = compile_all(capability)
    errors = {result["kernel"]: result["error"] for result in compiled if "error" in result}
    assert not errors
    found = {result["kernel"] for result in compiled}
    assert found == kernels(), "compile_cases.py calls no launcher of some kernel"
    too_large = {
        result["kernel"]: result["shared_bytes"]
        for result in compiled
        if result["shared_bytes"] > SHARED_BYTES[capability]
    }
    assert not too_large, f"a block has {SHARED_BYTES[capability]} bytes of shared memory"
