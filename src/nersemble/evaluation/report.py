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

# Pictures get the rest.
_VIDEOS_SHARE = 0.4
_MB = 1e6
# strftime would use the machine's language.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def write_report(runs: Sequence[EvaluatedRun], path: Path, max_mb: float) -> Path:
    """Write the page atomically and return its path.

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
    # Text and plots come first: pictures and videos get the remaining size.
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
    # Several runs: only differing options. A single run: all options.
    middle, last = (config, "") if len(runs) > 1 else ("", config)
    return _document(title, pictures + orbit + middle + figures + rest + last)


def _encoded(text: str) -> bytes:
    """Encode as UTF-8; strings of a config may contain characters that cannot be encoded."""
    return text.encode(errors="backslashreplace")


def _title(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """The runs, their participant and sequence, and the date of their last evaluation."""
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
    # Browsers neither run nor load anything that a run might inject into the page.
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
    """The videos of the runs that fit into their share of the page."""
    each = max_bytes / len(runs) * 3 / 4  # base64
    fits = [run.orbit is not None and run.orbit.stat().st_size <= each for run in runs]
    return [
        video_uri(r.orbit) if r.orbit and ok else None for r, ok in zip(runs, fits, strict=True)
    ]


def _names(runs: Sequence[EvaluatedRun]) -> list[str]:
    """The runs' labels, numbered where they are equal."""
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
