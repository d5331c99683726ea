"""What one gate process believes at this moment: the generation it has confirmed, the ledger head it knows, and which
admissions it has made and not yet begun to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.app.ports import View

if TYPE_CHECKING:
    from dialgate.app.ports import LedgerView
    from dialgate.domain.reservation import Admitted


class GateState:
    """Starts closed: generation 0 admits nothing. Learns from SQL only, never from the store."""

    def __init__(self) -> None:
        self.generation = 0
        self.head = 0
        self._admitted: dict[int, Admitted] = {}

    @property
    def view(self) -> View:
        return View(self.generation, self.head)

    def learn(self, seen: LedgerView) -> None:
        self.head = max(self.head, seen.head)

    def open(self, generation: int, head: int) -> None:
        """A generation was confirmed. `head` may be lower than before: the ledger may be an older copy of itself."""
        self.generation = generation
        self.head = head

    def keep(self, admitted: Admitted) -> None:
        """Until `forget`, closing the gate takes this leave back."""
        self._admitted[id(admitted)] = admitted

    def forget(self, admitted: Admitted) -> None:
        self._admitted.pop(id(admitted), None)

    def close(self) -> None:
        """Admit nothing more and take back every leave that has not been used."""
        self.generation = 0
        for admitted in self._admitted.values():
            admitted.drop()
        self._admitted.clear()
