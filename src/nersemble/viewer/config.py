"""The options of the live page: its address and the size of its pictures."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from nersemble.errors import ConfigError
from nersemble.ranges import Options, Range

_SHORTEST_TOKEN = 16


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_origin(text: str) -> bool:
    """Whether the text is a scheme and a host with an optional port, like the ``Origin`` header."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return False
    whole = f"{parts.scheme}://{parts.netloc}"
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text == whole


@dataclass(frozen=True)
class ViewerConfig(Options):
    """Live page: its address and the size of its pictures."""

    host: str = "127.0.0.1"
    """Address that the viewer's page is served on; other machines reach it only with
    --allow_remote."""
    port: Annotated[int, Range(0, 65535)] = 7007
    """Port of the viewer's page (0: any free one)."""
    allow_remote: bool = False
    """Serve the viewer to other machines, unencrypted, to anyone who knows the token."""
    token: str = ""
    """Secret of at least 16 letters and digits in the page's address. Empty: generated with
    --allow_remote or --trusted_origin, otherwise not needed."""
    trusted_origin: tuple[str, ...] = ()
    """Public addresses of the page behind a proxy (nginx, Codespaces, JupyterHub), as scheme and
    host: https://name.example."""
    max_resolution: Annotated[int, Range(16, 16384)] = 1080
    """Largest number of rows of the viewer's pictures."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.allow_remote and not is_loopback(self.host):
            raise ConfigError(
                f"--host {self.host} would show the viewer to other machines: add --allow_remote "
                "to permit that, or leave --host out."
            )
        for origin in self.trusted_origin:
            if not is_origin(origin):
                raise ConfigError(
                    f"--trusted_origin {origin} is not an origin: give scheme and host without a "
                    "path, such as https://name.example."
                )
        if self.token and not (
            len(self.token) >= _SHORTEST_TOKEN and self.token.isascii() and self.token.isalnum()
        ):
            raise ConfigError(
                f"--token needs at least {_SHORTEST_TOKEN} characters, letters and digits only: "
                "leave it out to generate one."
            )
