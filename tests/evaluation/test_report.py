"""The report: its numbers are the files', its size is bounded, names cannot do harm."""

import base64
import io
import json
import math
import os
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from nersemble.errors import ConfigError, RunError
from nersemble.evaluation.config import ReportConfig
from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import (
    EvaluatedRun,
    newest_evaluation,
    read_evaluation,
)
from nersemble.evaluation.report_pictures import ERROR_SCALE, heat_map, make_gallery
from nersemble.evaluation.report_plots import Series, category_plot, line_plot, thinned, ticks
from nersemble.machine import describe_machine
from nersemble.runs.training_log import TrainingLogWriter
from reports import FRAMES, SERIALS, STEP, write_run

HOSTILE = "NERS-3-<script>document.title='x'</script>\"><img src=x onerror=alert(1)>"


def read(folder: Path, renders: Path | None = None) -> EvaluatedRun:
    return read_evaluation(folder, newest_evaluation(folder), renders)


def report(tmp_path: Path, *folders: Path, max_mb: float = 20.0) -> str:
    path = write_report([read(folder) for folder in folders], tmp_path / "page.html", max_mb)
    return path.read_text(encoding="utf-8")


class _Elements(HTMLParser):
    """Every start tag with its attributes, and the table cells' values by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[str]] = {}
        self._row, self._heading = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self._heading = tag == "th"
        if tag == "data":
            self.rows.setdefault(self._row, []).append(str(attributes["value"]))

    def handle_data(self, data: str) -> None:
        if self._heading:
            self._row, self._heading = data, False


def pictures(page: str) -> list[tuple[str, Image.Image]]:
    found = []
    for tag, attributes in _Elements(page).tags:
        if tag == "img":
            kind, _, content = str(attributes["src"]).partition(",")
            assert kind == "data:image/jpeg;base64"
            found.append(
                (str(attributes["alt"]), Image.open(io.BytesIO(base64.b64decode(content))))
            )
    return found


def test_the_scores_of_the_page_are_those_of_the_files(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / "a", psnr=25.125), write_run(tmp_path / "b", psnr=26.25)]
    rows = _Elements(report(tmp_path, *folders)).rows
    written = [
        json.loads((newest_evaluation(f) / "evaluation_result.json").read_text()) for f in folders
    ]
    labels = {"psnr": "PSNR (dB)", "ssim": "SSIM", "mse": "MSE"}
    for kind in ("regular", "masked"):
        for metric, label in labels.items():
            shown = [float(value) for value in rows[f"{label}, {kind}"]]
            assert shown == [content["mean"][kind][metric] for content in written]


def test_the_best_is_marked_whether_high_or_low_is_good(tmp_path: Path) -> None:
    better, worse = write_run(tmp_path / "a", psnr=30.0), write_run(tmp_path / "b", psnr=20.0)
    page = report(tmp_path, worse, better)
    for label in ("PSNR (dB), regular", "MSE, regular"):
        row = page[page.index(f"<th>{label}</th>") :].partition("</tr>")[0]
        assert [("best" in cell) for cell in row.split("<td")[1:]] == [False, True], label


def test_points_of_the_plots_are_the_pictures_scores(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a")
    page = report(tmp_path, folder)
    entries = json.loads((newest_evaluation(folder) / "pictures.json").read_text())["pictures"]
    for entry in entries:
        point = f"{entry['serial']}: frame of the capture {entry['frame']}, "
        assert f"<title>{point}{entry['regular']['psnr']:.5g}</title>" in page


def test_truth_prediction_and_error_of_every_picture_are_there(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a", size=(64, 48))
    found = pictures(report(tmp_path, folder))
    assert len(found) == len(SERIALS) * len(FRAMES) * 3
    for serial_index, serial in enumerate(SERIALS):
        for frame in FRAMES:
            place = f"camera {serial}, frame {frame}"
            truth, prediction, error = (image for alt, image in found if alt.endswith(place))
            stored = newest_evaluation(folder) / f"frame_{frame:05d}"
            for shown, name in ((truth, "truth"), (prediction, "cam")):
                with Image.open(stored / f"{name}_{serial_index}.png") as image:
                    difference = np.asarray(image, float) - np.asarray(shown, float)
                assert np.abs(difference).mean() < 6  # JPEG
            with (
                Image.open(stored / f"truth_{serial_index}.png") as first,
                Image.open(stored / f"cam_{serial_index}.png") as second,
            ):
                apart = np.abs(np.asarray(first, float) - np.asarray(second, float)).mean(-1) / 255
            colors = np.asarray(error, float)
            assert np.abs(colors - heat_map(apart)).mean() < 15


def test_the_heat_map_gets_lighter_up_to_its_end() -> None:
    colors = heat_map(np.linspace(0, 2 * ERROR_SCALE, 41)[None])[0].astype(float)
    lightness = colors @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness[:21]) > 0).all()
    assert (colors[20:] == colors[20]).all()


def test_the_title_says_who_what_and_when(tmp_path: Path) -> None:
    first = write_run(tmp_path / "NERS-1", participant=30)
    pictures_file = newest_evaluation(first) / "pictures.json"
    content = json.loads(pictures_file.read_text())
    assert content["date"] == date.today().isoformat()
    pictures_file.write_text(json.dumps(content | {"date": "2026-03-09"}))
    title = "NERS-1: participant 30, S, 9 March 2026"
    assert f"<title>{title}</title>" in report(tmp_path, first)
    assert f"<h1>{title}</h1>" in report(tmp_path, first)
    second = write_run(tmp_path / "NERS-2", participant=31)
    evaluated = newest_evaluation(second)
    (evaluated / "pictures.json").unlink()
    os.utime(evaluated / "evaluation_result.json", (1e9, 1e9))  # 9 September 2001
    title = "NERS-1 (participant 30, S) and NERS-2 (participant 31, S), 9 March 2026"
    assert f"<h1>{title}</h1>" in report(tmp_path, first, second)


@pytest.mark.parametrize("date", [7, "yesterday"])
def test_a_date_that_is_none_is_damage(tmp_path: Path, date: object) -> None:
    folder = write_run(tmp_path / "NERS-1")
    pictures_file = newest_evaluation(folder) / "pictures.json"
    content = json.loads(pictures_file.read_text())
    pictures_file.write_text(json.dumps(content | {"date": date}))
    with pytest.raises(RunError, match=r"pictures\.json is damaged"):
        read(folder)


def test_why_a_metric_is_missing_is_said_once(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / name) for name in ("NERS-1", "NERS-2", "NERS-3")]
    assert report(tmp_path, *folders).count("no weights") == 1
    other = newest_evaluation(folders[2]) / "evaluation_result.json"
    other.write_text(other.read_text().replace("no weights", "another reason"))
    page = report(tmp_path, *folders)
    assert ">lpips of NERS-1, NERS-2: no weights<" in page
    assert ">lpips of NERS-3: another reason<" in page


def _drawn(figure: str, shape: str, name: str) -> list[float]:
    return [float(value) for value in re.findall(rf'<{shape} [^>]*{name}="([\d.]+)"', figure)]


def test_close_values_are_far_apart_in_a_figure() -> None:
    figure = category_plot("t", "dB", ["a", "b"], [Series("run", [0, 1], [25.1, 25.4])])
    high, low = _drawn(figure, "circle", "cy")
    assert high - low > 100, "of 200 units"


def test_the_steep_beginning_of_a_training_does_not_hide_what_follows() -> None:
    steps = list(range(0, 101, 5))
    curves = [Series(str(end), steps, [5.0, 10.0, *[end] * 19]) for end in (30.0, 31.0)]
    figure = line_plot("t", "step", "dB", curves, of_training=True)
    heights = [
        float(pair.split(",")[1]) for pair in re.findall(r'points="([^"]+)"', figure)[0].split()
    ]
    others = [
        float(pair.split(",")[1]) for pair in re.findall(r'points="([^"]+)"', figure)[1].split()
    ]
    assert heights[-1] - others[-1] > 100
    assert heights[0] > 250, "below the figure, where it is cut off"


def test_values_of_many_sizes_have_a_logarithmic_axis() -> None:
    figure = line_plot("t", "x", "loss", [Series("s", [0, 1, 2], [1.0, 0.1, 0.01])])
    heights = _drawn(figure, "circle", "cy")
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1], abs=0.2)
    assert all(f">{tick}</text>" in figure for tick in ("0.01", "0.1", "1"))


def test_pictures_come_first_and_then_what_differs(tmp_path: Path) -> None:
    first = write_run(tmp_path / "NERS-1-a", config={"lr_main": 0.005, "seed": 1})
    second = write_run(tmp_path / "NERS-2-b", config={"lr_main": 0.002, "seed": 1})
    page = report(tmp_path, first, second)
    table = page[page.index("What differs in the configs") : page.index("<h2>Metrics")]
    assert re.search(r"lr_main</code></th><td>0.005</td><td>0.002</td>", table)
    assert "seed" not in table
    titles = re.findall(r"<h2>([^<]+)</h2>", page)
    assert titles[:4] == ["Pictures", "Orbit", "What differs in the configs", "Metrics"]
    assert len(pictures(page)) == len(SERIALS) * len(FRAMES) * 5


def test_pictures_of_different_captures_are_not_compared(tmp_path: Path) -> None:
    first = write_run(tmp_path / "NERS-1", participant=30)
    second = write_run(tmp_path / "NERS-2", participant=31)
    page = report(tmp_path, first, second)
    assert "use different captures" in page
    assert not pictures(page)


def test_curves_and_machine_come_from_the_log(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a")
    log = TrainingLogWriter(folder, 0, {"device": "Imagined GPU", "ram_bytes": 64e9})
    for step in (10, 20):
        log.scalars(
            step, {"train/loss": 1 / step, "train/seconds": 45.0, "memory/gpu_peak_bytes": 2.5e9}
        )
    page = report(tmp_path, folder)
    assert "Imagined GPU" in page
    assert "<td>90.0 s</td>" in page
    assert "<td>2.50 GB</td>" in page
    assert ": step 20, 0.05</title>" in page


def test_a_page_says_what_is_missing(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1")
    (folder / "config.json").unlink()
    for path in folder.rglob("truth_*.png"):
        path.unlink()
    (newest_evaluation(folder) / "pictures.json").unlink()
    page = report(tmp_path, folder)
    for missing in (
        "NERS-1 has no config.json",
        "no training curves",
        "no orbit video",
        "no common pictures",
        "No scores of single pictures",
        "lpips: no weights",
    ):
        assert missing in page


def test_a_run_without_evaluation_is_named(tmp_path: Path) -> None:
    (tmp_path / "NERS-8").mkdir()
    with pytest.raises(RunError, match=r"NERS-8 has no evaluation: run nersemble evaluate"):
        newest_evaluation(tmp_path / "NERS-8")


def test_the_newest_evaluation_is_that_of_the_highest_step(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1")
    first = newest_evaluation(folder)
    later = first.with_name("checkpoint_99")
    later.mkdir()
    content = json.loads((first / "evaluation_result.json").read_text())
    content["notes"]["step"] = 99
    (later / "evaluation_result.json").write_text(json.dumps(content))
    (first / "evaluation_result.json").touch()
    assert newest_evaluation(folder) == later


@pytest.mark.parametrize("content", ["{", '{"pictures": [{"frame": 1}]}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    folder = write_run(tmp_path / "NERS-1")
    (newest_evaluation(folder) / "pictures.json").write_text(content)
    with pytest.raises(RunError, match=r"pictures\.json.* evaluate the run again"):
        read(folder)


def test_a_damaged_picture_is_named_and_leaves_no_page(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1")
    (newest_evaluation(folder) / f"frame_{FRAMES[0]:05d}" / "cam_0.png").write_bytes(b"no picture")
    with pytest.raises(RunError, match=r"cam_0\.png"):
        report(tmp_path, folder)
    assert not (tmp_path / "page.html").exists()


def test_pictures_shrink_to_the_size_asked_for_then_frames_are_left_out(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1", size=(200, 220), frames=range(4), noise=120)
    run = read(folder)
    whole = make_gallery([run], ["a"], 1e9)
    assert (whole.scale, whole.n_frames) == (1.0, 4)
    size = sum(len(picture.uri) for one in whole.comparisons for picture in one.pictures)
    for share, all_frames in ((0.85, True), (0.2, False)):
        gallery = make_gallery([run], ["a"], size * share)
        fitted = [picture for one in gallery.comparisons for picture in one.pictures]
        assert 0 < sum(len(picture.uri) for picture in fitted) <= size * share
        assert 160 <= min(picture.width for picture in fitted) < 200
        assert (gallery.n_frames == 4) == all_frames
    page = report(tmp_path, folder, max_mb=size / 1e6)
    assert len(page.encode()) <= size
    assert "of their size" in page


def test_a_video_is_embedded_unless_it_is_too_large(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1")
    video = bytes(range(256)) * 100
    (newest_evaluation(folder) / "orbit.mp4").write_bytes(video)
    (uri,) = re.findall(r'src="data:video/mp4;base64,([^"]+)"', report(tmp_path, folder))
    assert base64.b64decode(uri) == video
    (newest_evaluation(folder) / "orbit.mp4").write_bytes(video * 40)
    page = report(tmp_path, folder, max_mb=1)
    assert "<video" not in page
    assert "too large" in page


def test_a_rendered_video_goes_before_the_evaluations_own(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-1")
    own = newest_evaluation(folder) / "orbit.mp4"
    own.write_bytes(b"own")
    assert read(folder, tmp_path).orbit == own
    rendered = tmp_path / f"NERS-1_rgb_checkpoint-{STEP}.mp4"
    rendered.write_bytes(b"rendered")
    assert read(folder, tmp_path).orbit == rendered


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "NERS-3", config={"name": HOSTILE, "lr_main": HOSTILE})
    other = write_run(tmp_path / "NERS-4", config={HOSTILE: "1"})
    runs = [read(folder), read(other)]
    runs[0] = EvaluatedRun(**{**vars(runs[0]), "label": HOSTILE})
    path = write_report(runs, tmp_path / "page.html", 20)
    elements = _Elements(path.read_text(encoding="utf-8")).tags
    assert sum(tag == "script" for tag, _ in elements) == 1
    assert not [attributes for _, attributes in elements if "onerror" in attributes]


@pytest.mark.parametrize(
    "options",
    [{"report_max_mb": 0.5}, {"report_max_mb": float("nan")}, {"report_orbit_frames": -1}],
)
def test_options_out_of_range(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"--{next(iter(options))} is"):
        ReportConfig(**options)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3.2, 17), (1e-6, 3e-6), (29.99, 30.01), (0, 3e5)]
)
def test_ticks_are_few_round_and_within(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 2 <= len(found) <= 7
    span = high - low
    for value, text in found:
        assert low - 1e-6 * span <= value <= high + 1e-6 * span
        shown = float(text.removesuffix("k")) * (1000 if text.endswith("k") else 1)
        assert shown == pytest.approx(value, abs=1e-3 * span)


STRANGE = (0.0, 1.0, 20.0, 20.000000000000004, 5e-324, 1e300, -1.7e308, math.nan, math.inf)


@pytest.mark.parametrize("first", STRANGE)
@pytest.mark.parametrize("second", STRANGE)
def test_values_without_variance_or_bounds_are_drawn_or_left_out(
    first: float, second: float
) -> None:
    both = [Series("s", [0, 1], [first, second])]
    for page in (line_plot("t", "x", "y", both), category_plot("t", "y", ["a", "b"], both)):
        assert "nan" not in page
        assert "inf" not in page
        assert bool(page) == any(abs(value) < 1e100 for value in (first, second))


def test_long_curves_are_thinned_to_means() -> None:
    xs, ys = list(range(10_000)), [float(x % 2) for x in range(10_000)]
    points = thinned(xs, [*ys[:-1], None])
    assert len(points) <= 150
    assert np.mean([y for _, y in points]) == pytest.approx(0.5, abs=0.01)
    assert thinned([1, 2, 3], [1.0, None, float("nan")]) == [(1, 1.0)]


def test_the_machine_is_plain_json() -> None:
    machine = describe_machine(torch.device("cpu"))
    assert json.loads(json.dumps(machine)) == machine
    assert machine["device"] == "cpu"
