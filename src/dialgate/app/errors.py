"""Every failure the product can have. A refusal is no failure: it is a value (`dialgate.domain.decision`).

Each error says whose fault it is, whether asking again may help, and what to tell the user. `web/errors.py` is the only
place that turns them into HTTP.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Fault = Literal["caller", "gate", "store", "ledger", "carrier"]


class DialgateError(Exception):
    """`str(error)` is the sentence for the user: what is wrong and what mends it, without a secret or a number."""

    fault: ClassVar[Fault] = "gate"
    retryable: ClassVar[bool] = False


class BadRequestError(DialgateError):
    """What was asked cannot be read strictly."""

    fault = "caller"


class UnauthorizedError(DialgateError):
    """No valid credentials."""

    fault = "caller"


class ForbiddenError(DialgateError):
    """Valid credentials without the role, or of another tenant."""

    fault = "caller"


class NotFoundError(DialgateError):
    fault = "caller"


class ConflictError(DialgateError):
    """Something of that name exists, or the same `Idempotency-Key` came with other parameters."""

    fault = "caller"


class StoreUnavailableError(DialgateError):
    """The guard store did not answer in time. What was asked may still take place: unknown is not failure."""

    fault = "store"
    retryable = True


class LedgerUnavailableError(DialgateError):
    """SQL did not answer. What was asked may have been committed."""

    fault = "ledger"
    retryable = True


class JournalUnavailableError(DialgateError):
    """The local journal cannot be written (disk full, read-only, closed) or has no room. Nothing was promised."""

    retryable = True


class CarrierUnreachableError(DialgateError):
    """No byte of the request reached the carrier: the connection was refused or could not be made."""

    fault = "carrier"
    retryable = True


class OutcomeUnknownError(DialgateError):
    """The request was written and no usable answer came. It may have been carried out: it is never sent again."""

    fault = "carrier"


class UnfitStoreError(DialgateError):
    """A store that the product refuses to start with: of another kind, another pepper, an older schema, or careless
    with what it was told to keep. The sentence says what mends it.
    """


class KeySuspendedError(ForbiddenError):
    """The key was revoked."""
