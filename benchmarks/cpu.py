"""The demo on the CPU, and pictures of its model, in several checkouts of nersemble.

    python benchmarks/cpu.py OLD NEW --runs 2

The checkouts take turns, so that other work on the machine slows all of them alike. Prints JSON:
for each checkout, wall and CPU seconds of ``nersemble demo``, the PSNR that it prints, and CPU
seconds of a picture of 137x200 pixels; then the ratios to the first checkout, of medians.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_RUN = "import sys; from nersemble.cli import main; sys.exit(main(sys.argv[1:]))"
_PICTURES = 8, 32
"""Lengths of two videos, whose difference is the time of pictures alone."""


def timed(checkout: Path, words: list[str]) -> tuple[float, float, str]:
    """Wall and CPU seconds of ``nersemble WORDS`` in a checkout, and what it prints."""
    environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words], env=environment, stdout=subprocess.PIPE, check=True
    )
    after = os.times()
    user = after.children_user - before.children_user
    system = after.children_system - before.children_system
    return time.perf_counter() - began, user + system, done.stdout.decode()


def measured(checkout: Path) -> dict[str, float]:
    """One demo in a folder of its own, and two videos of its model."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        wall, cpu, said = timed(checkout, ["demo", "--output", folder, "--device", "cpu"])
        found = re.search(r"reaches ([\d.]+) dB", said)
        assert found is not None
        options = ["--device", "cpu", "--seconds", "1", "--downscale_factor", "16"]
        video = ["render", "NERS-1", *options]
        for root in ("data", "models", "renders"):
            part = "captures" if root == "data" else root
            video += [f"--{root}_path", str(output / part)]
        seconds = [timed(checkout, [*video, "--fps", str(n)])[1] for n in _PICTURES]
    return {
        "demo_wall": wall,
        "demo_cpu": cpu,
        "demo_psnr": float(found[1]),
        "picture_cpu": (seconds[1] - seconds[0]) / (_PICTURES[1] - _PICTURES[0]),
    }


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=2, help="of each checkout, in turn")
    arguments = parser.parse_args()
    runs: dict[Path, list[dict[str, float]]] = {path: [] for path in arguments.checkouts}
    for _ in range(arguments.runs):
        for path, found in runs.items():
            found.append(measured(path))
            print(f"{path}: {json.dumps(found[-1])}", file=sys.stderr, flush=True)
    medians = {
        path: {name: statistics.median(run[name] for run in found) for name in found[0]}
        for path, found in runs.items()
    }
    first = next(iter(medians.values()))
    ratios = {
        str(path): {name: value / first[name] for name, value in of_path.items()}
        for path, of_path in medians.items()
    }
    print(
        json.dumps({"medians": {str(p): m for p, m in medians.items()}, "ratios": ratios}, indent=2)
    )


if __name__ == "__main__":
    main()
