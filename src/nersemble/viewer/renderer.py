"""One thread renders for all pages: each page's newest request counts, and all get equal time.

Each page has a thread of its own that encodes and sends a picture while the next one is rendered.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from nersemble.errors import NersembleError
from nersemble.viewer.pictures import ShownPicture, Subject, Truths, Viewpoint, paint
from nersemble.viewer.turns import Turns

PART_SECONDS = 0.1
"""Approximate seconds of a part of a picture: training or another page may wait that long."""

MIN_HEIGHT = 32
MOVING_SECONDS = 0.12
"""Largest time of a picture while something moves, seconds."""

_TICK_SECONDS = 0.005
_MOST_UNSENT = 1
_REFRESH_SECONDS = 2.0
_FIRST_RAYS_PER_SECOND = 20_000.0
_MIN_RAYS = 2048  # fewer hardly take less time
_STEP = 8
_TOLERATED = (0.5, 1.3)
_MOST_GROWTH = 2.0

_logger = logging.getLogger(__name__)


class _SupersededError(Exception):
    """The picture is no longer needed."""


class Page:
    """A page's state in the renderer. Its owner requests pictures and receives them."""

    def __init__(
        self, show: Callable[[ShownPicture, float], None], say: Callable[[str], None]
    ) -> None:
        """``show`` receives a picture and its rendering time on the page's own thread; ``say``
        receives a message on the renderer's."""
        self.show, self.say = show, say
        self.max_height = MIN_HEIGHT
        self.wanted: Viewpoint | None = None
        self.moving = False
        self.gone = False
        self.version = 0
        self.shown_version = 0
        self.shown_height = 0
        self.shown_model = 0
        self.coarse_height = MIN_HEIGHT
        self.shown_at = 0.0
        self.used = 0.0
        """Seconds of rendering used so far, see ``LiveRenderer``."""
        self.sender = ThreadPoolExecutor(1, "viewer page")
        self.unsent = 0

    @property
    def needs_coarse(self) -> bool:
        """Whether the current request has no picture yet."""
        return self.wanted is not None and not self.gone and self.shown_version != self.version

    def needs_refined(self, model_version: int, now: float) -> int | None:
        """Rows of the next, finer picture of the same request; None if none is due."""
        if self.wanted is None or self.gone or self.moving or self.needs_coarse:
            return None
        height = refined_height(self.shown_height, self.max_height)
        stale = model_version != self.shown_model and now - self.shown_at > _REFRESH_SECONDS
        return self.shown_height if height is None and stale else height


class LiveRenderer:
    """The render thread and its queue. ``tick`` is called often, to advance playback.

    The page that has used the least time comes next (start-time fair queueing; Goyal, Vin and
    Cheng, 1996). ``Page.used`` grows with a page's rendering time; a page that was idle starts at
    the value of the page being served, so that idle time gives no credit.
    """

    def __init__(
        self,
        subject: Subject,
        truths: Truths,
        turns: Turns,
        tick: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._subject, self._truths, self._turns, self._tick = subject, truths, turns, tick
        self._clock, self._served = clock, 0.0
        self._pages: list[Page] = []
        self._condition = threading.Condition()
        self._stopped = False
        self._rays_per_second = _FIRST_RAYS_PER_SECOND
        self._model_version = 0
        self._thread = threading.Thread(target=self._run, name="viewer", daemon=True)

    def start(self) -> None:
        """Start to render."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread after the current part of a picture."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        self._thread.join()
        for page in self._pages:
            page.sender.shutdown(cancel_futures=True)

    def add(self, page: Page) -> None:
        """Add a page."""
        with self._condition:
            self._pages.append(page)

    def remove(self, page: Page) -> None:
        """Remove a page and cancel its picture in progress."""
        with self._condition:
            page.gone = True
            page.sender.shutdown(wait=False, cancel_futures=True)
            if page in self._pages:
                self._pages.remove(page)

    def want(self, page: Page, viewpoint: Viewpoint, max_height: int, *, moving: bool) -> None:
        """Request a picture for a page, refined up to ``max_height`` rows; ``moving``: another
        request will follow at once."""
        with self._condition:
            page.moving = moving
            if (viewpoint, max_height) != (page.wanted, page.max_height):
                if self._job(page) is None:
                    page.used = max(page.used, self._served)
                page.wanted, page.max_height = viewpoint, max_height
                page.version += 1
            self._condition.notify_all()

    def model_changed(self) -> None:
        """Handle a training step: still pictures are renewed now and then."""
        self._model_version += 1

    def _run(self) -> None:
        while not self._stopped:
            self._tick(self._clock())
            with self._condition:
                page, height = self._next_job()
                if page is None:
                    self._condition.wait(_TICK_SECONDS)
                    continue
                self._served = page.used
            self._paint(page, height)

    def _next_job(self) -> tuple[Page | None, int]:
        """The page to serve next, and the rows of its picture."""
        jobs = [(page, self._job(page)) for page in self._pages if page.unsent <= _MOST_UNSENT]
        some = [(page, height) for page, height in jobs if height is not None]
        return min(some, key=lambda job: (job[0].used, job[0].shown_at), default=(None, 0))

    def _job(self, page: Page) -> int | None:
        """Rows of the next picture that a page needs; None if it needs none."""
        if page.needs_coarse:
            return page.coarse_height
        return page.needs_refined(self._model_version, self._clock())

    def _paint(self, page: Page, height: int) -> None:
        """Render one picture; a fine one yields to coarse ones of other pages."""
        with self._condition:
            viewpoint, version, model_version = page.wanted, page.version, self._model_version
        if viewpoint is None:
            return
        coarse = page.shown_version != version
        height = min(height, page.max_height)
        waited = 0.0

        @contextmanager
        def part() -> Iterator[None]:
            nonlocal waited
            # A coarse picture is finished even if it is outdated: otherwise none might ever be.
            if page.gone or self._stopped or (not coarse and page.version != version):
                raise _SupersededError
            began_to_wait = self._clock()
            if not coarse:
                self._serve_others(page)
            with self._turns.part():
                began_part = self._clock()
                waited += began_part - began_to_wait
                try:
                    yield
                finally:
                    page.used += self._clock() - began_part

        began = self._clock()
        try:
            with self._turns.painting():
                n_rays = rays_at_once(self._rays_per_second, PART_SECONDS)
                picture = paint(self._subject, self._truths, viewpoint, height, n_rays, part)
        except _SupersededError:
            return
        except NersembleError as error:
            page.say(str(error))
            picture = None
        except Exception as error:
            # The thread serves all pages and must survive.
            _logger.exception("A picture could not be rendered")
            page.say(f"This picture could not be rendered ({type(error).__name__}).")
            picture = None
        seconds = self._clock() - began - waited
        with self._condition:
            page.shown_version, page.shown_model = version, model_version
            page.shown_height, page.shown_at = height, self._clock()
            if coarse:
                page.coarse_height = adapted_height(height, seconds, page.max_height)
            if picture is not None and not page.gone:
                now = picture.rgb.shape[0] * picture.rgb.shape[1] / max(seconds, 1e-6)
                self._rays_per_second += (now - self._rays_per_second) / 2
                page.unsent += 1
                page.sender.submit(self._send, page, picture, seconds)

    def _send(self, page: Page, picture: ShownPicture, seconds: float) -> None:
        """Send pictures, on the page's own thread."""
        try:
            page.show(picture, seconds)
        except Exception:
            _logger.exception("A picture could not be sent")
        with self._condition:
            page.unsent -= 1
            self._condition.notify_all()

    def _serve_others(self, page: Page) -> None:
        """Render other pages' coarse pictures in between, as long as this page has used as much
        time, so that they need not wait for a fine picture."""
        self._tick(self._clock())
        with self._condition:
            others = [
                other
                for other in self._pages
                if other is not page
                and other.needs_coarse
                and other.unsent <= _MOST_UNSENT
                and other.used <= page.used
            ]
        for other in sorted(others, key=lambda other: other.used):
            self._paint(other, other.coarse_height)


def adapted_height(height: int, seconds: float, max_height: int) -> int:
    """Rows of the next moving picture, from the last one's rendering time.

    The time grows with the square of the rows. Times near the target change nothing, so that the
    resolution does not flicker.

    Args:
        height: rows of the last moving picture.
        seconds: its rendering time.
        max_height: largest number of rows.
    """
    share = MOVING_SECONDS / max(seconds, 1e-6)
    if not _TOLERATED[0] <= 1 / share <= _TOLERATED[1]:
        height = round(height * min(math.sqrt(share), _MOST_GROWTH) / _STEP) * _STEP
    return min(max(height, MIN_HEIGHT), max_height)


def refined_height(height: int, max_height: int) -> int | None:
    """Rows of the picture after one with ``height`` rows when nothing moves; None after the last.
    All others together cost a third of the last."""
    if height >= max_height:
        return None
    # A last step that hardly adds anything is not worth its time.
    return max_height if height * 2 >= max_height * 0.75 else height * 2


def rays_at_once(rays_per_second: float, seconds: float) -> int:
    """Number of rays in a part of a picture, so that it takes about as long as others may wait."""
    return max(_MIN_RAYS, min(2**16, int(rays_per_second * seconds)))
