"""Access control of the viewer: refuse other machines, pages of other sites, and missing tokens.

A page of any site can make its visitor's browser connect to 127.0.0.1. Browsers send the page's
site in ``Origin`` and the server's name in ``Host``; the page can forge neither. Checking ``Host``
stops sites that point their name at this machine later (DNS rebinding). Behind a proxy both may
carry the public name: only names that the user trusts are accepted.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from nersemble.viewer.config import is_loopback

_COOKIE = "nersemble_viewer"
_MOST_FIELDS = 20
# Bytes; file systems take no more.
_LONGEST_NAME = 255


class Headers(Protocol):
    """The headers of a request, as parsed by websockets and others."""

    def get_all(self, key: str) -> Sequence[str]:
        """The values of all lines with that name."""
        ...


@dataclass(frozen=True)
class Refusal:
    """The reason for refusing a request."""

    status: HTTPStatus
    reason: str


@dataclass(frozen=True)
class Guard:
    """Checks the headers of every request, for the page or for its websocket.
    token: the required token, may be empty. remote: other machines may connect, under unknown
    names; requires a token. trusted_origins: of the page behind a proxy, scheme and host.
    """

    token: str
    remote: bool
    trusted_origins: tuple[str, ...] = ()

    def refusal(self, path: str, headers: Headers) -> Refusal | None:
        """Return None to accept a request, or the reason to refuse it.

        Args:
            path: of the request, with its query.
            headers: of the request.
        """
        if not _is_well_formed(path):
            return Refusal(HTTPStatus.BAD_REQUEST, "This address is malformed.")
        host = _only(headers, "Host")
        if host is None or not self._knows_host(host):
            return Refusal(
                HTTPStatus.FORBIDDEN,
                "This viewer only answers at 127.0.0.1, [::1] and localhost. Behind a proxy, "
                "start it with --trusted_origin and the address in your browser, such as "
                "https://name.example.",
            )
        origins, site = headers.get_all("Origin"), _only(headers, "Sec-Fetch-Site")
        is_websocket = bool(headers.get_all("Upgrade"))
        if any(not self._trusts(origin, host) for origin in origins) or (
            is_websocket and (not origins or site not in (None, "same-origin"))
        ):
            return Refusal(
                HTTPStatus.FORBIDDEN,
                "This viewer refuses pages of other sites. Behind a proxy, start it with "
                "--trusted_origin and the address in your browser, such as https://name.example.",
            )
        if self.token and not self._knows_token(path, headers):
            return Refusal(
                HTTPStatus.UNAUTHORIZED,
                "This viewer needs its token: open the address that the command printed.",
            )
        return None

    def answer_headers(self, path: str) -> dict[str, str]:
        """Headers of every response; the page's websocket sends the token as a cookie."""
        headers = {
            "X-Frame-Options": "DENY",
            "Content-Security-Policy": "frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if self.token and _matches(_token_in_query(path), self.token):
            headers["Set-Cookie"] = f"{_COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"
        return headers

    def _knows_host(self, host: str) -> bool:
        """Whether the page is served under this name, which another site may have pointed here."""
        public = [urlsplit(origin).netloc.lower() for origin in self.trusted_origins]
        return self.remote or is_loopback(_hostname(host)) or host.lower() in public

    def _trusts(self, origin: str, host: str) -> bool:
        """Whether a page of that origin may connect to a server that it addresses as ``host``."""
        known = [trusted.lower() for trusted in self.trusted_origins]
        return origin.lower() in known or _same_site(origin, host)

    def _knows_token(self, path: str, headers: Headers) -> bool:
        shown = [_token_in_query(path)]
        for line in headers.get_all("Cookie"):
            try:
                cookie = SimpleCookie(line).get(_COOKIE)
            except CookieError:
                continue
            shown.append(cookie.value if cookie else "")
        return any(_matches(value, self.token) for value in shown)


def _only(headers: Headers, name: str) -> str | None:
    values = headers.get_all(name)
    return values[0] if len(values) == 1 else None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_site(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _is_well_formed(path: str) -> bool:
    """Whether a path with its query can be parsed, and may name a file."""
    try:
        parts = urlsplit(path)
        parse_qs(parts.query, errors="strict", max_num_fields=_MOST_FIELDS)
        names = unquote(parts.path, errors="strict").split("/")
    except ValueError:
        return False
    return path.startswith("/") and all(
        len(name.encode()) <= _LONGEST_NAME and (name.isprintable() or not name) for name in names
    )


def _token_in_query(path: str) -> str:
    return (parse_qs(urlsplit(path).query).get("token") or [""])[0]


def _matches(shown: str, token: str) -> bool:
    """Compare in a time that does not reveal where they differ."""
    return hmac.compare_digest(shown.encode(), token.encode())
