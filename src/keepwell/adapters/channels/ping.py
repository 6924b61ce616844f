"""One call to a service that raises the alarm when calls stay away."""

from keepwell.adapters.channels.guarded_http import NotReached, checked_target, post

PING_S = 10.0


def ping(url: str, *, allow_private: bool) -> str:
    """Call the address; return what went wrong, without the address, or nothing."""
    try:
        reply = post(checked_target(url, allow_private=allow_private), b"", {}, PING_S)
    except NotReached as problem:
        return problem.why
    return "" if 200 <= reply.status < 300 else f"status {reply.status}"
