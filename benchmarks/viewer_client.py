"""Receive the viewer's pictures like a browser on this machine, and report as JSON.

    python benchmarks/viewer_client.py ADDRESS --seconds 5

Opens the page's websocket and speaks its protocol (that of viser 1.1): says where the camera is
sixty times a second, presses Play, and counts the pictures that come. It runs in a process of its
own, as a browser does.
"""

import argparse
import io
import json
import math
import statistics
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import zstandard
from PIL import Image
from websockets.sync.client import ClientConnection, connect

Message = dict[str, Any]

_MOVES_PER_SECOND = 60
_WARM_UP_SECONDS = 2.0
_PATIENCE_SECONDS = 120.0


@dataclass
class Received:
    """Pictures and their arrival times."""

    seconds: list[float] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def figures(self, duration: float) -> dict[str, float]:
        """Pictures a second, their rows, the longest pause between two, and bytes of one."""
        rows = [Image.open(io.BytesIO(picture)).height for picture in self.pictures]
        pauses = [b - a for a, b in zip(self.seconds, self.seconds[1:], strict=False)]
        return {
            "pictures_per_second": len(rows) / duration,
            "rows": statistics.median(rows) if rows else 0,
            "longest_pause_s": max(pauses, default=duration),
            "bytes_of_a_picture": statistics.fmean(map(len, self.pictures)) if rows else 0,
        }


class HeadlessPage:
    """A page with that many rows; the value of the context manager :func:`opened`."""

    def __init__(self, connection: ClientConnection, rows: int, columns: int) -> None:
        self._connection, self._size = connection, (rows, columns)
        self._zstd = zstandard.ZstdDecompressor()
        self._controls: dict[str, str] = {}
        self._began = time.perf_counter()

    def look(self, moving: bool = False) -> None:
        """Send the camera's position: in front of the face, slightly to the side if it moves."""
        angle = 0.2 * math.sin(2 * (time.perf_counter() - self._began)) if moving else 0.0
        half = math.sqrt(0.5)
        # Turned around the vertical, then upright: OpenCV's axes, looking along +y.
        turn = (math.cos(angle / 2), math.sin(angle / 2))
        self._send(
            "ViewerCameraMessage",
            wxyz=(half * turn[0], -half * turn[0], -half * turn[1], half * turn[1]),
            position=(9 * math.sin(angle), -9 * math.cos(angle), 0.0),
            fov=math.radians(20),
            near=0.01,
            far=1000.0,
            image_height=self._size[0],
            image_width=self._size[1],
            look_at=(0.0, 0.0, 0.0),
            up_direction=(0.0, 0.0, 1.0),
        )

    def set(self, label: str, value: Any) -> None:
        """Use the control with a label: press a button or move a slider."""
        end = time.perf_counter() + _PATIENCE_SECONDS
        while label not in self._controls:
            if time.perf_counter() > end:
                raise SystemExit(f"the page has no control {label}")
            self._receive(0.1)
        self._send("GuiUpdateMessage", uuid=self._controls[label], updates={"value": value})

    def watch(self, seconds: float, *, moving: bool) -> Received:
        """Receives pictures for a while."""
        received = Received()
        now = next_move = time.perf_counter()
        end = now + seconds
        while now < end:
            if moving and now >= next_move:
                self.look(moving=True)
                next_move = max(next_move + 1 / _MOVES_PER_SECOND, now)
            until = min(end, next_move) if moving else end
            for message in self._receive(max(until - now, 0.0)):
                if message["type"] == "BackgroundImageMessage" and message["rgb_data"]:
                    received.seconds.append(time.perf_counter())
                    received.pictures.append(message["rgb_data"])
            now = time.perf_counter()
        return received

    def _send(self, kind: str, **content: Any) -> None:
        self._connection.send(msgspec.msgpack.encode({"type": kind, **content}))

    def _receive(self, seconds: float) -> list[Message]:
        """The next messages; none if none arrives in time."""
        try:
            content = self._connection.recv(timeout=seconds)
        except TimeoutError:
            return []
        assert isinstance(content, bytes)
        size, packed = (int.from_bytes(content[i : i + 8], "little") for i in (0, 8))
        text = self._zstd.decompress(content[16 : 16 + packed], max_output_size=size)
        messages: list[Message] = msgspec.msgpack.decode(text)["messages"]
        for message in messages:
            label = (message.get("props") or {}).get("label")
            if label is not None and "uuid" in message:
                self._controls[label] = message["uuid"]
        return messages


def measure(address: str, rows: int, columns: int, seconds: float) -> dict[str, Any]:
    """Pictures a second while the camera moves, while time plays, and while both do."""
    # viser's only: the server refuses clients of another version.
    from viser import __version__

    url = urlsplit(address)
    uri = url._replace(scheme="ws").geturl()
    origin: Any = f"{url.scheme}://{url.netloc}"
    protocols: Any = [f"viser-v{__version__}"]
    figures: dict[str, Any] = {"size": f"{columns}x{rows}"}
    with connect(uri, origin=origin, subprotocols=protocols, max_size=None) as connection:
        page = HeadlessPage(connection, rows, columns)
        page.look()
        page.set("Speed", 73)
        for name, moving in (("moving", True), ("playing", False), ("playing_and_moving", True)):
            if name == "playing":
                page.set("Play", True)
            page.watch(_WARM_UP_SECONDS, moving=moving)
            figures[name] = page.watch(seconds, moving=moving).figures(seconds)
    return figures


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--rows", type=int, default=1080)
    parser.add_argument("--columns", type=int, default=1920)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    arguments = parser.parse_args()
    figures = measure(arguments.address, arguments.rows, arguments.columns, arguments.seconds)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
