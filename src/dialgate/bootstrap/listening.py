"""The addresses of `serve`: bound once, before any process is started; and whether a gate answers there."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from dialgate.settings import SettingsError, host_and_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialgate.settings import Server

BACKLOG = 1024


@contextmanager
def listening_on(server: Server) -> Iterator[list[socket.socket]]:
    """The gate's own address first, then the one for webhooks if there is one. Errors: as `bound`; then none stays."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(bound(server.listen))]
        if server.webhook_listen:
            sockets.append(stack.enter_context(bound(server.webhook_listen, "DIALGATE_SERVER__WEBHOOK_LISTEN")))
        yield sockets


def bound(address: str, variable: str = "DIALGATE_SERVER__LISTEN") -> socket.socket:
    """Listening. `address`: host:port. Errors: `SettingsError` that names it, and the variable that moves it."""
    host, port = host_and_port(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        sentence = f"Cannot listen on {address}: {error.strerror}. Set {variable} to another address."
        raise SettingsError(sentence) from None
    return listening


def is_ready(address: str) -> bool:
    """Whether a gate there says so."""
    host, port = host_and_port(address)
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    host = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP
    except (OSError, urllib.error.URLError):
        return False
