"""The headers of every answer: nothing from elsewhere, nothing inline, nothing framed."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepwell.web.security.entrance import session_cookie

# No 'unsafe-inline', no 'unsafe-eval', no data: addresses.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TRANSPORT = "max-age=31536000; includeSubDomains"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """ASGI middleware that adds them; assets are kept by browsers, pages never.

    A session that this request rotated gets its new cookie here, whatever the answer is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        is_asset = scope["path"].startswith("/static/") and b"v=" in scope["query_string"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = TRANSPORT
                if is_asset:
                    headers["Cache-Control"] = FOR_A_YEAR
                else:
                    headers.setdefault("Cache-Control", "no-store")
                if fresh := state.get("fresh_secret"):
                    headers.append("Set-Cookie", session_cookie(Request(scope), fresh))
            await send(message)

        await self.app(scope, receive, with_headers)
