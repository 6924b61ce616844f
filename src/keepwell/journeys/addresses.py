"""What may be known of an address without storing it: its keyed hash, its kind, its token."""

import base64
import binascii
import hashlib
import hmac

# Mailboxes of a function, not of a person; nobody consented behind them.
_ROLE_WORDS = (
    "abuse accounts admin administrator billing contact enquiries finance hello help helpdesk hr "
    "info invoices it mail marketing newsletter no-reply noreply office orders postmaster privacy "
    "purchasing root sales security service support team webmaster"
)
ROLE_NAMES = frozenset(_ROLE_WORDS.split())
_HASH_BYTES, _SEAL_BYTES = 32, 16
# Answers that say that the mailbox does not exist, not that the mail was disliked.
_GONE_CODES = frozenset({"550", "551", "553"})


def address_hash(address: str, salt: bytes) -> str:
    """Return the keyed hash of an address, the same for every spelling of its case."""
    text = address.strip().casefold().encode()
    return hmac.new(salt, b"address:" + text, hashlib.sha256).hexdigest()


def is_role_address(address: str) -> bool:
    """Return whether an address is that of a function such as info@ or support@."""
    return address.strip().casefold().partition("@")[0].partition("+")[0] in ROLE_NAMES


def opt_out_token(hashed: str, salt: bytes) -> str:
    """Return the token of an unsubscribe link; it holds no address and cannot be made up."""
    raw = bytes.fromhex(hashed)
    return base64.urlsafe_b64encode(raw + _seal(raw, salt)).decode().rstrip("=")


def hash_of_token(token: str, salt: bytes) -> str | None:
    """Return the hash that a token stands for; None for one that was not made here."""
    try:
        raw = base64.urlsafe_b64decode(token.strip() + "=" * (-len(token.strip()) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _HASH_BYTES + _SEAL_BYTES:
        return None
    hashed, seal = raw[:_HASH_BYTES], raw[_HASH_BYTES:]
    return hashed.hex() if hmac.compare_digest(seal, _seal(hashed, salt)) else None


def says_mailbox_is_gone(answer: str) -> bool:
    """Return whether a server's answer to a recipient means that the mailbox does not exist.

    >>> says_mailbox_is_gone("550 5.1.1 no such user"), says_mailbox_is_gone("550 5.7.1 spam")
    (True, False)
    """
    code, _, rest = answer.partition(" ")
    extended = rest.split(" ")[0]
    is_extended = extended.count(".") == 2 and extended.replace(".", "").isdigit()
    return code in _GONE_CODES and (extended.startswith("5.1.") or not is_extended)


def _seal(raw: bytes, salt: bytes) -> bytes:
    return hmac.new(salt, b"opt-out:" + raw, hashlib.sha256).digest()[:_SEAL_BYTES]
