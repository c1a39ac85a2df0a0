"""The real server: what gets through to it, and how it starts."""

import http.client
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
import viser
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from nersemble.errors import ConfigError, MissingDependencyError
from nersemble.viewer import server as server_module
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.server import check_can_serve, start_server

TOKEN = "0123456789abcdef"
_PROTOCOL = f"viser-v{viser.__version__}"


@pytest.fixture(scope="module")
def local() -> Iterator[str]:
    server, address = start_server(ViewerConfig(port=0), "test")
    yield urlsplit(address).netloc
    server.stop()


@pytest.fixture(scope="module")
def remote() -> Iterator[str]:
    config = ViewerConfig(host="0.0.0.0", port=0, allow_remote=True, token=TOKEN)
    server, address = start_server(config, "test")
    assert address.endswith(f"/?token={TOKEN}")
    yield f"127.0.0.1:{server.get_port()}"
    server.stop()


def _get(netloc: str, path: str = "/", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(netloc, timeout=10)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def _websocket(netloc: str, origin: str | None, **headers: str) -> HTTPStatus | None:
    """The status of a refusal."""
    try:
        with connect(
            f"ws://{netloc}/",
            origin=origin,  # type: ignore[arg-type]
            subprotocols=[_PROTOCOL],  # type: ignore[list-item]
            additional_headers=headers,
        ) as connection:
            assert connection.recv(10)
            return None
    except InvalidStatus as refused:
        return HTTPStatus(refused.response.status_code)


def test_the_page_is_served_and_may_not_be_framed(local: str) -> None:
    response = _get(local)
    assert response.status == HTTPStatus.OK
    assert b"<html" in response.read().lower()
    assert response.headers["X-Frame-Options"] == "DENY"


def test_the_websocket_of_the_own_page_is_answered(local: str) -> None:
    assert _websocket(local, f"http://{local}") is None


def test_pages_of_other_sites_get_nothing(local: str) -> None:
    assert _get(local, Origin="http://evil.example").status == HTTPStatus.FORBIDDEN
    assert _get(local, Host="evil.example").status == HTTPStatus.FORBIDDEN
    assert _websocket(local, "http://evil.example") == HTTPStatus.FORBIDDEN
    assert _websocket(local, None) == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "path",
    [
        "//[",
        "//[::1",
        "/%ff",
        "/%00",
        "/a%0d%0ab",
        "/?token=%ff",
        "/" + "x" * 300,
        "/?" + "&".join(f"a{i}=1" for i in range(50)),
        "*",
        "http://[/",
    ],
    ids=lambda path: path[:12],
)
def test_malformed_addresses_are_answered_with_400(local: str, remote: str, path: str) -> None:
    for netloc in (local, remote):
        host, _, port = netloc.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {netloc}\r\n\r\n".encode())
            assert raw.recv(100).split(b" ")[1] == b"400"


def test_other_machines_need_the_token(remote: str) -> None:
    assert _get(remote).status == HTTPStatus.UNAUTHORIZED
    assert _get(remote, "/?token=wrong").status == HTTPStatus.UNAUTHORIZED
    assert _websocket(remote, f"http://{remote}") == HTTPStatus.UNAUTHORIZED
    page = _get(remote, f"/?token={TOKEN}")
    assert page.status == HTTPStatus.OK
    cookie = page.headers["Set-Cookie"].split(";")[0]
    assert _websocket(remote, f"http://{remote}", Cookie=cookie) is None


@pytest.mark.parametrize(
    "options",
    [
        {"host": "0.0.0.0", "allow_remote": True},
        {"trusted_origin": ("https://heads.example",)},
    ],
    ids=["remote", "proxy"],
)
def test_a_token_is_made_up_where_none_is_given(options: dict[str, Any]) -> None:
    config = ViewerConfig(port=0, **options)
    tokens = []
    for _ in range(2):
        server, address = start_server(config, "test")
        server.stop()
        tokens.append(address.partition("?token=")[2])
    assert len(tokens[0]) >= 32
    assert tokens[0] != tokens[1]


def test_no_visitor_opens_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = start_server(ViewerConfig(port=0), "test")
    opened: list[object] = []
    monkeypatch.setattr("viser._viser.ViserTunnel", lambda *args: opened.append(args))
    assert server.request_share_url() is None
    server.stop()
    assert not opened


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"--port {port}"):
            check_can_serve(ViewerConfig(port=port))


def test_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(ConfigError, match=r"--host 203\.0\.113\.9"):
        check_can_serve(ViewerConfig(host="203.0.113.9", allow_remote=True))


def test_a_viser_that_cannot_be_guarded_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(server_module, "_guarding", lambda guard: nullcontext())
    config = ViewerConfig(port=check_can_serve(ViewerConfig(port=0)))
    with pytest.raises(MissingDependencyError, match="cannot be checked"):
        start_server(config, "test")
    assert check_can_serve(config) == config.port, "it still listens"
