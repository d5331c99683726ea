"""The addresses of `serve`."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from dialgate.bootstrap.listening import bound, is_ready
from dialgate.settings import SettingsError


def test_an_address_is_bound_and_listened_on() -> None:
    """Whoever connects from then on waits for a gate, and is not turned away."""
    with closing(bound("127.0.0.1:0")) as listening, socket.create_connection(listening.getsockname(), 1) as client:
        assert listening.getsockname() == client.getpeername()


def test_a_taken_address_is_named_with_the_mend() -> None:
    """The sentence says which address, why, and which setting changes it."""
    with closing(bound("127.0.0.1:0")) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(SettingsError) as refused:
            bound(address)
    expected = (
        f"Cannot listen on {address}: Address already in use. Set DIALGATE_SERVER__LISTEN to another address."
    )
    assert expected == str(refused.value)


def test_nobody_there_is_not_ready() -> None:
    """A refused connection is an answer, not a failure."""
    with closing(bound("127.0.0.1:0")) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    assert not is_ready(address)
