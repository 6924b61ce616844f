"""How much one request may bring: more than any form or call needs is not read."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_048_576
# Files come in here, written to disk piece by piece; their own limit is looked at there as well.
UPLOADS = ("/data/uploads", "/api/v1/uploads")
BATCHES = "/api/v1/import/"
MOST_UPLOADED_BYTES = 501 * MOST_BYTES


class BodyLimit:
    """ASGI middleware that stops reading a body at its limit, signed in or not: HTTP 413."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose body is counted while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_large = scope["path"] in UPLOADS or scope["path"].startswith(BATCHES)
        is_upload = is_large and scope["method"] == "POST"
        most = MOST_UPLOADED_BYTES if is_upload else MOST_BYTES
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, f"The request is larger than {most:,} bytes.")
            return message

        await self.app(scope, counted, send)
