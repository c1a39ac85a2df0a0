"""Who is answered: by name, by origin and by token."""

from http import HTTPStatus

import pytest
from websockets.datastructures import Headers

from nersemble.errors import ConfigError
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.guard import Guard

LOCAL = Guard("", remote=False)
TOKEN = "abcdefgh12345678"
REMOTE = Guard(TOKEN, remote=True)
SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade"}


def _status(guard: Guard, path: str = "/", **headers: str) -> HTTPStatus | None:
    lines = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    refusal = guard.refusal(path, lines)
    return refusal.status if refusal else None


@pytest.mark.parametrize("host", ["127.0.0.1:7007", "localhost:7007", "[::1]:7007", "127.0.0.1"])
def test_this_machine_is_answered_under_its_own_names(host: str) -> None:
    assert _status(LOCAL, Host=host) is None
    assert _status(LOCAL, Host=host, Origin=f"http://{host}", **SOCKET) is None


@pytest.mark.parametrize(
    "host", ["evil.example:7007", "127.0.0.1.evil.example", "192.168.0.4:7007", "", "[::1"]
)
def test_a_name_that_was_pointed_at_this_machine_is_refused(host: str) -> None:
    assert _status(LOCAL, Host=host) == HTTPStatus.FORBIDDEN


def test_a_request_without_host_is_refused() -> None:
    assert _status(LOCAL) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:8000",
        "http://127.0.0.1:70071",
        "http://127.0.0.1:7007.evil.example",
        "http://[::1",
    ],
)
@pytest.mark.parametrize("upgrade", [{}, SOCKET])
def test_a_page_of_another_site_is_refused(origin: str, upgrade: dict[str, str]) -> None:
    assert _status(LOCAL, Host="127.0.0.1:7007", Origin=origin, **upgrade) == HTTPStatus.FORBIDDEN


def test_a_websocket_has_to_say_where_it_comes_from() -> None:
    assert _status(LOCAL, Host="127.0.0.1:7007", **SOCKET) == HTTPStatus.FORBIDDEN
    same = {"Host": "127.0.0.1:7007", "Origin": "http://127.0.0.1:7007", **SOCKET}
    assert _status(LOCAL, **same, Sec_Fetch_Site="same-origin") is None
    assert _status(LOCAL, **same, Sec_Fetch_Site="cross-site") == HTTPStatus.FORBIDDEN


def test_without_the_token_nothing_is_answered() -> None:
    assert _status(REMOTE, "/", Host="box.lan:7007") == HTTPStatus.UNAUTHORIZED
    for wrong in ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ä"):
        assert _status(REMOTE, f"/?token={wrong}", Host="box.lan") == HTTPStatus.UNAUTHORIZED
    assert _status(REMOTE, f"/?token={TOKEN}", Host="box.lan:7007") is None


def test_the_cookie_that_the_page_got_opens_its_websocket() -> None:
    cookie = REMOTE.answer_headers(f"/?token={TOKEN}")["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    socket = {"Host": "box.lan:7007", "Origin": "http://box.lan:7007", **SOCKET}
    pair = cookie.split(";")[0]
    assert _status(REMOTE, **socket, Cookie=f"other=1; {pair}") is None
    assert _status(REMOTE, **socket, Cookie=pair + "x") == HTTPStatus.UNAUTHORIZED
    foreign = socket | {"Origin": "http://evil.example"}
    assert _status(REMOTE, **foreign, Cookie=pair) == HTTPStatus.FORBIDDEN


PROXIED = Guard("", remote=False, trusted_origins=("https://Heads.example", "http://lab:8443"))


@pytest.mark.parametrize("host", ["127.0.0.1:7007", "heads.example"])
def test_a_trusted_origin_is_answered_under_either_name(host: str) -> None:
    """A proxy passes the public name on, or asks under the server's own."""
    assert _status(PROXIED, Host=host) is None
    origin = "https://heads.example"
    assert _status(PROXIED, Host=host, Origin=origin) is None
    assert (
        _status(PROXIED, Host=host, Origin=origin, **SOCKET, Sec_Fetch_Site="same-origin") is None
    )
    assert _status(LOCAL, Host=host, Origin=origin, **SOCKET) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "origin",
    [
        "http://heads.example",
        "https://heads.example:444",
        "https://heads.example.evil.example",
        "https://evil.example",
        "null",
    ],
)
def test_beside_the_trusted_origin_no_other_is_answered(origin: str) -> None:
    for host in ("127.0.0.1:7007", "lab:8443"):
        assert _status(PROXIED, Host=host, Origin=origin, **SOCKET) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("host", ["evil.example", "heads.example:7007", "lab"])
def test_a_name_beside_the_trusted_ones_is_refused(host: str) -> None:
    assert _status(PROXIED, Host=host) == HTTPStatus.FORBIDDEN
    assert _status(PROXIED, Host=host, Origin=f"http://{host}", **SOCKET) == HTTPStatus.FORBIDDEN


def test_who_does_not_show_the_token_gets_no_cookie() -> None:
    assert "Set-Cookie" not in REMOTE.answer_headers("/?token=guess")
    assert "Set-Cookie" not in LOCAL.answer_headers("/?token=")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"host": "0.0.0.0"}, "--allow_remote"),
        ({"host": "box.lan"}, "--allow_remote"),
        ({"port": 70000}, "--port"),
        ({"token": "short"}, "--token"),
        ({"token": "with spaces and more"}, "--token"),
        ({"max_resolution": 3}, "--max_resolution"),
        ({"trusted_origin": ("heads.example",)}, "--trusted_origin heads.example is not an origin"),
        ({"trusted_origin": ("https://heads.example/hub",)}, "--trusted_origin"),
        ({"trusted_origin": ("https://heads.example:port",)}, "--trusted_origin"),
        ({"trusted_origin": ("*",)}, "--trusted_origin"),
    ],
)
def test_options_that_cannot_be(options: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ViewerConfig(**options)  # type: ignore[arg-type]
