"""What the rendering thread makes of several pages' wishes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nersemble.errors import CaptureError
from nersemble.viewer import renderer as renderer_module
from nersemble.viewer.pictures import ShownPicture, Subject, Truths, Viewpoint
from nersemble.viewer.renderer import MIN_HEIGHT, LiveRenderer, Page
from nersemble.viewer.turns import Turns
from viewing import front_viewpoint, make_subject

FULL = 96


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return make_subject(tmp_path_factory.mktemp("subject"))


class _Screen(Page):
    """A page that keeps what it was shown."""

    def __init__(self) -> None:
        self.pictures: list[tuple[ShownPicture, Viewpoint | None]] = []
        self.messages: list[str] = []
        super().__init__(
            lambda picture, _: self.pictures.append((picture, self.wanted)), self.messages.append
        )

    @property
    def heights(self) -> list[int]:
        return [len(picture.rgb) for picture, _ in self.pictures]


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@pytest.fixture
def running(subject: Subject) -> Iterator[LiveRenderer]:
    renderer = LiveRenderer(subject, Truths(subject.dataset), Turns(live=False), lambda now: None)
    renderer.start()
    yield renderer
    renderer.stop()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures in ten parts: coarse ones take as long as they may, fine ones a second."""

    def paint(
        subject: Subject,
        truths: Truths,
        viewpoint: Viewpoint,
        height: int,
        n_rays: int,
        part: Callable[[], AbstractContextManager[None]],
    ) -> ShownPicture:
        for _ in range(10):
            with part():
                time.sleep(0.01 if height <= MIN_HEIGHT else 0.1)
        if viewpoint.channel == "error":
            raise CaptureError("The picture of camera 7 is damaged: restore it.")
        if viewpoint.channel == "depth":
            raise RuntimeError("a bug")
        return ShownPicture(np.full((height, 1, 3), len(viewpoint.channel), np.uint8), None)

    monkeypatch.setattr(renderer_module, "paint", paint)


def test_a_still_page_gets_a_coarse_picture_and_then_all_rows(
    subject: Subject, running: LiveRenderer
) -> None:
    page = _Screen()
    running.add(page)
    running.want(page, front_viewpoint(subject), FULL, moving=False)
    _wait(lambda: FULL in page.heights)
    assert page.heights[0] == MIN_HEIGHT
    assert page.heights == sorted(set(page.heights))
    shown = len(page.pictures)
    time.sleep(0.1)
    assert len(page.pictures) == shown, "nothing has changed"


def test_a_moving_page_is_not_refined_until_it_rests(
    subject: Subject, running: LiveRenderer
) -> None:
    page = _Screen()
    running.add(page)
    viewpoint = front_viewpoint(subject)
    running.want(page, viewpoint, 5000, moving=True)
    _wait(lambda: len(page.pictures) == 1)
    time.sleep(0.1)
    assert len(page.pictures) == 1
    running.want(page, viewpoint, 5000, moving=False)
    _wait(lambda: len(page.pictures) > 1)
    running.remove(page)


@pytest.mark.usefixtures("slow")
def test_the_newest_wish_counts_and_ends_the_fine_picture_of_the_last(
    subject: Subject, running: LiveRenderer
) -> None:
    page = _Screen()
    running.add(page)
    first, second = front_viewpoint(subject), front_viewpoint(subject, "accumulation")
    running.want(page, first, FULL, moving=False)
    _wait(lambda: page.heights == [MIN_HEIGHT])
    time.sleep(0.2)  # in the middle of the fine one
    began = time.monotonic()
    running.want(page, second, FULL, moving=False)
    _wait(lambda: len(page.pictures) == 2)
    assert time.monotonic() - began < 0.6
    assert page.heights == [MIN_HEIGHT, MIN_HEIGHT]
    assert page.pictures[1][0].rgb[0, 0, 0] == len("accumulation")


@pytest.mark.usefixtures("slow")
def test_a_page_that_leaves_takes_its_picture_along(
    subject: Subject, running: LiveRenderer
) -> None:
    page, other = _Screen(), _Screen()
    running.add(page)
    running.add(other)
    running.want(page, front_viewpoint(subject), FULL, moving=False)
    _wait(lambda: len(page.pictures) == 1)
    time.sleep(0.1)
    running.remove(page)
    running.want(other, front_viewpoint(subject), FULL, moving=False)
    _wait(lambda: FULL in other.heights)
    assert page.heights == [MIN_HEIGHT]


@pytest.mark.usefixtures("slow")
def test_a_moving_page_does_not_wait_for_anothers_fine_picture_nor_end_it(
    subject: Subject, running: LiveRenderer
) -> None:
    still, moving = _Screen(), _Screen()
    running.add(still)
    running.add(moving)
    viewpoint = front_viewpoint(subject)
    running.want(still, viewpoint, 2 * MIN_HEIGHT, moving=False)
    _wait(lambda: len(still.pictures) == 1)
    waits = []
    for step in range(6):
        began = time.monotonic()
        running.want(moving, replace(viewpoint, aspect=0.5 + step / 100), FULL, moving=True)
        _wait(lambda step=step: len(moving.pictures) == step + 1)  # type: ignore[misc]
        waits.append(time.monotonic() - began)
    assert max(waits) < 0.6, "the fine picture alone takes a second"
    _wait(lambda: 2 * MIN_HEIGHT in still.heights)


@pytest.mark.usefixtures("slow")
def test_a_picture_that_fails_is_explained_and_the_next_one_comes(
    subject: Subject, running: LiveRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    page = _Screen()
    running.add(page)
    for channel in ("error", "depth", "rgb"):
        running.want(page, front_viewpoint(subject, channel), MIN_HEIGHT, moving=False)
        _wait(lambda: page.shown_version == page.version)
    assert page.messages[0] == "The picture of camera 7 is damaged: restore it."
    assert "RuntimeError" in page.messages[1]
    assert "a bug" in caplog.text, "a programmer wants the traceback"
    _wait(lambda: page.heights == [MIN_HEIGHT])


def test_while_training_goes_on_a_still_page_is_renewed(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer_module, "_REFRESH_SECONDS", 0.05)
    turns, page, stop = Turns(live=True), _Screen(), threading.Event()
    renderer = LiveRenderer(subject, Truths(subject.dataset), turns, lambda now: None)
    renderer.add(page)
    renderer.start()
    renderer.want(page, front_viewpoint(subject), MIN_HEIGHT, moving=False)

    def train() -> None:
        while not stop.is_set():
            time.sleep(0.005)
            renderer.model_changed()
            turns.between_steps(0.005)

    training = threading.Thread(target=train)
    training.start()
    _wait(lambda: len(page.pictures) >= 3)
    stop.set()
    training.join(5)
    turns.end()
    renderer.stop()
    assert set(page.heights) == {MIN_HEIGHT}


class _Engine:
    """In place of the engine and the clock: a picture takes as many seconds as its view says (its
    aspect), in tenths, and no time in truth."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.painted: list[tuple[float, int]] = []
        monkeypatch.setattr(renderer_module, "paint", self._paint)

    def _paint(
        self,
        subject: Subject,
        truths: Truths,
        viewpoint: Viewpoint,
        height: int,
        n_rays: int,
        part: Callable[[], AbstractContextManager[None]],
    ) -> ShownPicture:
        for _ in range(10):
            with part():
                self.now += viewpoint.aspect / 10
        self.painted.append((viewpoint.aspect, height))
        return ShownPicture(np.zeros((height, 1, 3), np.uint8), None)


def test_pages_get_the_same_time_however_expensive_their_pictures_are(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, dear, cheap, done = _Engine(monkeypatch), _Screen(), _Screen(), threading.Event()
    view = front_viewpoint(subject)

    def both_move(now: float) -> None:
        _wait(lambda: dear.unsent == cheap.unsent == 0)
        if len(engine.painted) >= 110:
            done.set()
        for page, seconds in ((dear, 1.0), (cheap, 0.1)):
            moved = replace(view, aspect=seconds, with_depth=not page.version % 2)
            if not page.needs_coarse and not done.is_set():
                renderer.want(page, moved, MIN_HEIGHT, moving=True)

    renderer = LiveRenderer(
        subject, Truths(subject.dataset), Turns(live=False), both_move, lambda: engine.now
    )
    renderer.add(dear)
    renderer.add(cheap)
    renderer.start()
    assert done.wait(20)
    renderer.stop()
    n_dear = sum(aspect == 1.0 for aspect, _ in engine.painted)
    assert 9 <= n_dear <= 11
    # Never more than one of the expensive ones in a row.
    assert all(1.0 not in (a, b) or a != b for (a, _), (b, _) in pairwise(engine.painted))


def test_a_page_that_moves_without_a_pause_does_not_keep_another_from_its_fine_picture(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, still, moving = _Engine(monkeypatch), _Screen(), _Screen()
    view = front_viewpoint(subject)

    def move(now: float) -> None:
        _wait(lambda: moving.unsent == 0)
        if not moving.needs_coarse:
            moved = replace(view, aspect=0.1, with_depth=not moving.version % 2)
            renderer.want(moving, moved, MIN_HEIGHT, moving=True)

    renderer = LiveRenderer(
        subject, Truths(subject.dataset), Turns(live=False), move, lambda: engine.now
    )
    renderer.add(still)
    renderer.add(moving)
    renderer.want(still, replace(view, aspect=1.0), 2 * MIN_HEIGHT, moving=False)
    renderer.start()
    _wait(lambda: 2 * MIN_HEIGHT in still.heights)
    renderer.stop()
    until = next(i for i, (_, height) in enumerate(engine.painted) if height == 2 * MIN_HEIGHT)
    # Two pictures of the still page took two seconds, and as many had the other.
    assert 15 <= sum(aspect == 0.1 for aspect, _ in engine.painted[:until]) <= 25


def test_a_picture_is_sent_while_the_next_is_made_and_slow_ones_hold_up_nobody_else(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, slow, other, go = _Engine(monkeypatch), _Screen(), _Screen(), threading.Event()
    keep = slow.show

    def show(picture: ShownPicture, seconds: float) -> None:
        assert go.wait(20)
        keep(picture, seconds)

    slow.show = show
    renderer = LiveRenderer(subject, Truths(subject.dataset), Turns(live=False), lambda now: None)
    renderer.add(slow)
    renderer.add(other)
    renderer.start()
    for aspect in range(1, 6):
        view = replace(front_viewpoint(subject), aspect=float(aspect))
        renderer.want(slow, view, MIN_HEIGHT, moving=True)
        renderer.want(other, view, MIN_HEIGHT, moving=True)
        _wait(lambda aspect=aspect: len(other.pictures) == aspect)  # type: ignore[misc]
    assert slow.pictures == []
    painted = [aspect for aspect, _ in engine.painted]
    assert [painted.count(aspect) for aspect in range(1, 6)] == [2, 2, 1, 1, 1]
    go.set()
    _wait(lambda: len(slow.pictures) == 3)
    renderer.stop()
    assert engine.painted[-1][0] == 5.0, "and then the newest, nothing in between"


def test_a_page_whose_connection_broke_does_not_end_the_others(
    subject: Subject, running: LiveRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    broken, page = _Screen(), _Screen()

    def show(picture: ShownPicture, seconds: float) -> None:
        raise RuntimeError("the connection is closed")

    broken.show = show
    for one in (broken, page):
        running.add(one)
        running.want(one, front_viewpoint(subject), MIN_HEIGHT, moving=False)
    _wait(lambda: page.heights == [MIN_HEIGHT])
    _wait(lambda: "could not be sent" in caplog.text)
