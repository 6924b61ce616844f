"""What each role may do. Which rows it sees is another question: `ports.pages.Scope`."""

from collections.abc import Mapping
from typing import Literal

from keepwell.ports.people import Role, TokenScope

Capability = Literal["self", "see", "act", "export", "override", "configure", "deliver", "admin"]
ALL: tuple[Role, ...] = ("admin", "operations", "leader", "csm", "viewer", "api")
# `self`: one's own settings. `see`: pages of accounts in sight. `act`: work on them.
# `deliver`: send rows of tables.
CAPABILITIES: Mapping[Capability, tuple[Role, ...]] = {
    "self": ALL,
    "see": ALL,
    "act": ("admin", "operations", "leader", "csm", "api"),
    "export": ("admin", "operations", "leader", "csm", "api"),
    "override": ("admin", "operations", "leader"),
    "configure": ("admin", "operations"),
    "deliver": ("admin", "operations", "api"),
    "admin": ("admin",),
}
READING: tuple[Capability, ...] = ("self", "see", "export")


def may(role: Role, capability: Capability, scopes: tuple[TokenScope, ...] | None = None) -> bool:
    """Say whether a role has a capability; a token narrows it to its scopes."""
    if role not in CAPABILITIES[capability]:
        return False
    if scopes is None:
        return True
    return scope_of(capability) in scopes


def scope_of(capability: Capability) -> TokenScope:
    """Return the scope that a token needs for a capability."""
    if capability == "deliver":
        return "import"
    return "read" if capability in READING else "write"
