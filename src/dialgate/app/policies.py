"""What each tenant's attempts are judged by: the policy in force, compiled together with the tenant's own.

It reads no file; whoever does replaces the policy as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialgate.domain.facts import Facts
from dialgate.domain.policy import TenantPolicy, compile_tenant_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dialgate.app.queries import DirectorySnapshot, Tenant
    from dialgate.domain.policy import Policy

OPEN = "open"
ONLY_STAND_IN = "the open policy is only for a simulated carrier; carrier.twilio.base_url is no loopback address"


class Policies:
    """`now` is the last good policy; `problem` says why what is on disk could not take its place, or is empty."""

    def __init__(self, policy: Policy, *, open_allowed: bool) -> None:
        """`open_allowed`: whether the carrier is a stand-in, so that nobody can really be reached."""
        self.now = policy
        self.problem = ""
        self._open_allowed = open_allowed
        self._directory: DirectorySnapshot | None = None
        self._senders: dict[str, frozenset[str]] = {}
        self._facts: dict[str, Facts] = {}
        self._suspended: frozenset[tuple[str, str]] | None = None
        """Partners, by tenant and name; None: nobody has looked yet."""

    def replace(self, policy: Policy) -> None:
        self.now, self.problem = policy, ""
        self._facts.clear()

    def suspend(self, partners: frozenset[tuple[str, str]]) -> None:
        """The keys of these partners, given as (tenant, name), are suspended, and those of no other."""
        if partners != self._suspended:
            self._suspended = partners
            self._facts.clear()

    def compiled(self, written: Mapping[str, object]) -> TenantPolicy:
        """A tenant's own policy on top of the one in force. Errors: `ValueError` that names the place."""
        if is_open(written) and not self._open_allowed:
            raise ValueError(f"policy: {ONLY_STAND_IN}")
        return compile_tenant_policy(written, self.now)

    def facts(self, tenant: Tenant, directory: DirectorySnapshot) -> Facts:
        """Worked out once for each tenant, until the policy or the directory changes."""
        if directory is not self._directory:
            self._directory = directory
            self._senders = _senders(directory)
            self._facts.clear()
        found = self._facts.get(tenant.name)
        if found is None:
            found = self._facts[tenant.name] = self._made(directory.tenants.get(tenant.name, tenant), directory)
        return found

    def _made(self, tenant: Tenant, directory: DirectorySnapshot) -> Facts:
        problem = ""
        try:
            policy = self.compiled(written(tenant))
        except ValueError as error:
            policy = TenantPolicy(self.now)
            problem = f"This tenant's policy cannot be followed, so nothing is forwarded for it: {error}"
        return Facts(
            policy=policy,
            caller_ids=self._senders.get(tenant.name, frozenset()),
            own_destinations=directory.own_destinations(tenant.name),
            suspended_keys=self._suspended_keys(tenant.name, directory),
            problem=problem,
        )

    def _suspended_keys(self, tenant: str, directory: DirectorySnapshot) -> dict[str, str]:
        """Where nobody has looked yet, the key of any partner: a stale deny is safe."""
        return {
            key.sid: key.partner
            for key in directory.keys.values()
            if key.partner and key.tenant == tenant
            if self._suspended is None or (tenant, key.partner) in self._suspended
        }


def is_open(policy: Mapping[str, object]) -> bool:
    """Whether rules are put back on it, or none."""
    return policy.get("base") == OPEN


def written(tenant: Tenant) -> Mapping[str, object]:
    """The tenant's policy; an open base was first kept beside it."""
    return {**tenant.policy, "base": OPEN} if tenant.open_policy else tenant.policy


def _senders(directory: DirectorySnapshot) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for callers in directory.callers.values():
        for caller in callers:
            found.setdefault(caller.tenant, set()).add(caller.sender)
    return {tenant: frozenset(senders) for tenant, senders in found.items()}
