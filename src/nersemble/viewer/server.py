"""The web server: viser, with a guard in front of every request."""

import contextlib
import http.client
import importlib
import io
import secrets
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from nersemble.errors import ConfigError, MissingDependencyError
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.guard import Guard

_FOREIGN_ORIGIN = "http://another-site.invalid"
_PATIENCE = 10


def start_server(config: ViewerConfig, label: str) -> tuple[Any, str]:
    """Start the server; return viser's server and the address to open, with the token if any.

    Raises:
        ConfigError: the address is not available.
        MissingDependencyError: viser is not installed, or its version cannot be guarded.
    """
    port = check_can_serve(config)
    import viser

    # A proxy also lets other machines in.
    others = config.allow_remote or config.trusted_origin
    token = config.token or (secrets.token_hex(16) if others else "")
    guard = Guard(token, config.allow_remote, config.trusted_origin)
    # viser prints an address without the token.
    with _guarding(guard), contextlib.redirect_stdout(io.StringIO()):
        server = viser.ViserServer(host=config.host, port=port, label=label, verbose=False)
    # Any visitor could open a tunnel through a public server, past the guard.
    server.request_share_url = lambda verbose=True: None
    if not _refuses_foreign_pages(_reachable(config.host), server.get_port()):
        server.stop()
        raise MissingDependencyError(
            f"The requests of viser {viser.__version__} cannot be checked: install another "
            "version, pip install 'viser==1.1.1'."
        )
    server.gui.configure_theme(show_share_button=False, show_logo=False, control_width="small")
    # Beside the picture, not over the head.
    server.gui.main_panel.dock_right()
    host = f"[{config.host}]" if ":" in config.host else config.host
    address = f"http://{host}:{server.get_port()}/"
    return server, f"{address}?token={token}" if token else address


def check_can_serve(config: ViewerConfig) -> int:
    """Check the address before the server starts; return the port, or a free one for 0.
    viser itself would silently take another port.

    Raises:
        ConfigError: the address is not available.
        MissingDependencyError: viser is not installed.
    """
    try:
        importlib.import_module("viser")
    except ImportError as error:
        raise MissingDependencyError(
            "The viewer needs the package viser: pip install 'nersemble[viewer]'."
        ) from error
    try:
        family, _, _, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As asyncio does, so that a server that has just ended does not block the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            port: int = probe.getsockname()[1]
            return port
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(
            f"The viewer cannot be served on --host {config.host} --port {config.port} ({reason}): "
            "choose another port, or 0 for any free one."
        ) from error


@contextlib.contextmanager
def _guarding(guard: Guard) -> Iterator[None]:
    """Install the guard in servers that start inside the block: viser has no hook for this, but
    gets its server from websockets by this name."""
    from websockets.asyncio import server as websockets_server

    original: Any = websockets_server.serve

    def serve(*args: Any, process_request: Any = None, **kwargs: Any) -> Any:
        def checked(connection: Any, request: Any) -> Any:
            refusal = guard.refusal(request.path, request.headers)
            if refusal is not None:
                return connection.respond(refusal.status, refusal.reason + "\n")
            response = process_request(connection, request) if process_request else None
            if response is not None:
                for name, value in guard.answer_headers(request.path).items():
                    response.headers[name] = value
            return response

        return original(*args, process_request=checked, **kwargs)

    websockets_server.serve = serve
    try:
        yield
    finally:
        websockets_server.serve = original


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _refuses_foreign_pages(host: str, port: int) -> bool:
    """Send a request like a page of another site."""
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/", headers={"Origin": _FOREIGN_ORIGIN})
        return connection.getresponse().status == HTTPStatus.FORBIDDEN
    finally:
        connection.close()
