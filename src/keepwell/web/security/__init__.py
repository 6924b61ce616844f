"""Who may do what on the web: sessions, tokens, capabilities of roles, forms, headers."""

from keepwell.web.security.capabilities import CAPABILITIES, Capability, may
from keepwell.web.security.entrance import Visit, needs
from keepwell.web.security.headers import SecurityHeaders
from keepwell.web.security.limits import BodyLimit
from keepwell.web.security.problems import Throttled

__all__ = [
    "CAPABILITIES",
    "BodyLimit",
    "Capability",
    "SecurityHeaders",
    "Throttled",
    "Visit",
    "may",
    "needs",
]
