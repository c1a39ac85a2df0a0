"""Every kernel compiles for every compute capability that is promised, without a GPU."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from source_tree import PACKAGE, module_name, parse

pytestmark = pytest.mark.slow

pytest.importorskip("triton")

# Bytes of shared memory that one block can have (CUDA C++ programming guide, table "technical
# specifications per compute capability").
SHARED_BYTES = {75: 65536, 80: 166912, 86: 101376, 89: 101376, 90: 232448}
FOLDER = PACKAGE / "fused" / "kernels"


def jit_functions() -> dict[str, ast.FunctionDef]:
    """All functions of ``fused/kernels`` that Triton compiles, by their qualified names."""
    return {
        f"{module_name(path)}.{node.name}": node
        for path in sorted(FOLDER.glob("*.py"))
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef)
        and any("triton.jit" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def launched() -> set[str]:
    """Qualified names of what launchers pass to ``launch``."""
    return {
        f"{module_name(path)}.{ast.unparse(node.args[0])}"
        for path in sorted(FOLDER.glob("*.py"))
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "launch"
    }


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


def test_functions_are_launched_or_used_by_others() -> None:
    functions = jit_functions()
    assert launched() <= functions.keys()
    used = {
        node.id
        for function in functions.values()
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    idle = {name for name in functions if name.rpartition(".")[2] not in used} - launched()
    assert not idle


@pytest.mark.parametrize("capability", SHARED_BYTES)
def test_every_kernel_compiles(capability: int) -> None:
    compiled = compile_all(capability)
    errors = {result["kernel"]: result["error"] for result in compiled if "error" in result}
    assert not errors
    found = {result["kernel"] for result in compiled}
    assert found == launched(), "compile_cases.py calls no launcher of some kernel"
    too_large = {
        result["kernel"]: result["shared_bytes"]
        for result in compiled
        if result["shared_bytes"] > SHARED_BYTES[capability]
    }
    assert not too_large, f"a block has {SHARED_BYTES[capability]} bytes of shared memory"
