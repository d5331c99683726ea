"""The journal of each gate process: what was decided and what came of it, on this machine's disk before it counts.

Owns the directory `<data_dir>/journals/<gate id>/`: a `lock` that the owner holds for its whole life, and numbered
segments of one line a record. It knows nothing of rules, stores or carriers; SQL is a `DecisionSink` to it.
"""

from __future__ import annotations

from dialgate.stores.journal.adopted import Adopted, adoptable
from dialgate.stores.journal.disk import Disk
from dialgate.stores.journal.own import OwnJournal
from dialgate.stores.journal.shipper import Into, Outlet

__all__ = ["Adopted", "Disk", "Into", "Outlet", "OwnJournal", "adoptable"]
