"""One self-contained HTML page about one evaluated run, or several side by side."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path

from nersemble.errors import ConfigError
from nersemble.evaluation import report_page as page
from nersemble.evaluation.report_data import EvaluatedRun
from nersemble.evaluation.report_pictures import make_gallery, video_uri
from nersemble.evaluation.results import save_bytes

REPORT_FILE = "report.html"

# The rest is for pictures.
_VIDEOS_SHARE = 0.4
_MB = 1e6
# Not by strftime, which takes the machine's language.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def write_report(runs: Sequence[EvaluatedRun], path: Path, max_mb: float) -> Path:
    """Writes the page, whole or not at all, and returns its path.

    Args:
        runs: at least one; the first gives the order of cameras.
        path: of the page.
        max_mb: its largest size in megabytes (10^6 bytes).

    Raises:
        ConfigError: it does not fit even without pictures and videos.
        RunError: a picture cannot be read, or the page cannot be written.
    """
    content = _encoded(_page(runs, _names(runs), max_mb * _MB))
    if len(content) > max_mb * _MB:
        raise ConfigError(
            f"A report of {len(runs)} runs takes {len(content) / _MB:.1f} MB even without "
            "pictures: give a larger --report_max_mb."
        )
    save_bytes(path, content)
    return path


def _page(runs: Sequence[EvaluatedRun], names: Sequence[str], max_bytes: float) -> str:
    # What is not pictures or videos is made first: they get what it leaves.
    config = page.config_section(runs, names)
    figures = page.metrics_section(runs, names)
    rest = page.curves_section(runs, names) + page.facts_section(runs, names)
    title = _title(runs, names)
    frame = _document(title, "")
    videos = _videos(runs, max_bytes * _VIDEOS_SHARE)
    why_not = "no orbit video, or one too large for --report_max_mb; nersemble render makes one."
    orbit = page.orbit_section(videos, names, why_not)
    taken = sum(len(_encoded(part)) for part in (config, figures, rest, frame, orbit))
    # Tags, names and texts around each picture.
    gallery = make_gallery(runs, names, (max_bytes - taken) * 0.97 - 10_000)
    pictures = page.pictures_section(gallery)
    # What differs between runs explains their figures; all options of one run are a reference.
    middle, last = (config, "") if len(runs) > 1 else ("", config)
    return _document(title, pictures + orbit + middle + figures + rest + last)


def _encoded(text: str) -> bytes:
    """As UTF-8; what a config says need not be text that can be encoded."""
    return text.encode(errors="backslashreplace")


def _title(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """The runs, whom they show, and when they were evaluated last."""
    captures = [run.capture_text for run in runs]
    if len(set(captures)) == 1:
        text = " and ".join(names) + (f": {captures[0]}" if captures[0] else "")
    else:
        pairs = zip(names, captures, strict=True)
        text = " and ".join(f"{name} ({of})" if of else name for name, of in pairs)
    last = max(run.evaluated_on for run in runs)
    return f"{text}, {last.day} {_MONTHS[last.month - 1]} {last.year}"


def _document(title: str, body: str) -> str:
    title = escape(title)
    script, style = _asset("page.js"), _asset("page.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Whatever slips into the page, no browser runs it or asks the network for it.
    policy = (
        "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head>\n"
        f"<body><h1>{title}</h1>{body}\n<script>{script}</script></body></html>\n"
    )


def _videos(runs: Sequence[EvaluatedRun], max_bytes: float) -> list[str | None]:
    """Of the runs whose video leaves the others their share."""
    each = max_bytes / len(runs) * 3 / 4  # base64
    fits = [run.orbit is not None and run.orbit.stat().st_size <= each for run in runs]
    return [
        video_uri(r.orbit) if r.orbit and ok else None for r, ok in zip(runs, fits, strict=True)
    ]


def _names(runs: Sequence[EvaluatedRun]) -> list[str]:
    """Labels; where several runs have the same, with a number."""
    counts, seen = Counter(run.label for run in runs), Counter[str]()
    names = []
    for run in runs:
        seen[run.label] += 1
        many = counts[run.label] > 1
        names.append(f"{run.label} ({seen[run.label]})" if many else run.label)
    return names


def _asset(name: str) -> str:
    folder = resources.files("nersemble.evaluation") / "report_assets"
    return (folder / name).read_bytes().decode()
