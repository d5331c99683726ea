"""The addresses of `serve`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from dialgate.bootstrap.listening import bound, is_ready, listening_on
from dialgate.settings import Server, SettingsError


def address_of(listening: socket.socket) -> str:
    return f"127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def answering(status: str) -> Iterator[int]:
    """The port of somebody who answers one request."""

    def answer() -> None:
        client, _ = listening.accept()
        with client:
            client.recv(1 << 16)
            client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    with closing(bound("127.0.0.1:0")) as listening:
        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


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
    expected = f"Cannot listen on {address}: Address already in use. Set DIALGATE_SERVER__LISTEN to another address."
    assert expected == str(refused.value)


def test_nobody_there_is_not_ready() -> None:
    """A refused connection is an answer, not a failure."""
    with closing(bound("127.0.0.1:0")) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    assert not is_ready(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::]"])  # noqa: S104 - asked, not bound
def test_a_gate_on_every_address_is_asked_on_this_machine(host: str) -> None:
    """No machine can be reached at the address that stands for all of them."""
    with answering("200 OK") as port:
        assert is_ready(f"{host}:{port}")


def test_a_gate_that_is_not_ready_is_not() -> None:
    """Somebody answers, and refuses: the announcement waits."""
    with answering("503 Service Unavailable") as port:
        assert not is_ready(f"127.0.0.1:{port}")


def test_one_address_serves_everything() -> None:
    """Unless webhooks get their own, which comes second."""
    with listening_on(Server(listen="127.0.0.1:0")) as one:
        assert 1 == len(one)
    with listening_on(Server(listen="127.0.0.1:0", webhook_listen="127.0.0.1:0")) as two:
        assert 2 == len({address_of(listening) for listening in two})


def test_the_addresses_are_free_when_the_gate_has_ended() -> None:
    """The next one can bind them at once."""
    with listening_on(Server(listen="127.0.0.1:0")) as (listening,):
        address = address_of(listening)
    bound(address).close()


def test_when_the_second_address_is_taken_the_first_is_given_back() -> None:
    """The sentence names the variable of the address that is taken, and nothing stays bound."""
    with closing(bound("127.0.0.1:0")) as taken, closing(bound("127.0.0.1:0")) as free:
        first, second = address_of(free), address_of(taken)
        free.close()
        with (
            pytest.raises(SettingsError, match="Set DIALGATE_SERVER__WEBHOOK_LISTEN to another") as refused,
            listening_on(Server(listen=first, webhook_listen=second)),
        ):
            raise AssertionError("the second address is taken")
        bound(first).close()
    assert second in str(refused.value)
