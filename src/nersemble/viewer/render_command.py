"""The ``nersemble render`` command for a page's view, and a window to copy it from."""

import shlex
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, get_args

from nersemble.errors import ConfigError
from nersemble.rendering.config import Channel, background_color
from nersemble.viewer.pictures import Viewpoint

# Also works where the browser gives pages no clipboard access, as without https.
_COPY = (
    "const text = this.previousElementSibling; text.select(); "
    "document.execCommand('copy'); this.textContent = 'Copied';"
)


def render_command(
    words: Sequence[str], path: Path, viewpoint: Viewpoint, *, is_still: bool
) -> str:
    """A command for a shell.

    Args:
        words: the command for this head, without its view.
        path: file of the camera path.
        viewpoint: provides the channel and background.
        is_still: a single picture, not a video.

    Raises:
        ConfigError: videos do not support the channel.
    """
    channel = viewpoint.channel
    if channel not in get_args(Channel):
        *names, last = get_args(Channel)
        raise ConfigError(
            f"nersemble render has no channel {channel}: choose {', '.join(names)} or {last} first."
        )
    more = ["--trajectory", str(path.absolute())]
    if channel != "rgb":
        more += ["--channels", channel]
    if background_color(viewpoint.background) != (1.0, 1.0, 1.0):
        more += ["--background", viewpoint.background]
    if is_still:
        more += ["--format", "png"]
    return shlex.join([*words, *more])


def offer_to_copy(client: Any, command: str) -> None:
    """Open a window with the command and a button that copies it."""
    box = "width:100%;font:12px monospace;box-sizing:border-box"
    button = "margin-top:8px;padding:6px 16px;cursor:pointer"
    with client.gui.add_modal("Render command") as window:
        client.gui.add_html(
            f'<div><textarea readonly rows="7" aria-label="Render command" style="{box}">'
            f"{escape(command)}</textarea>"
            f'<button type="button" style="{button}" onclick="{escape(_COPY)}">Copy</button></div>'
        )
        close = client.gui.add_button("Close")
    close.on_click(lambda _: window.close())
