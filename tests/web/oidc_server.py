"""A provider of OpenID Connect on loopback that checks what it is sent, as real ones do."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "keepwell-client", "the secret: of/a client"


@dataclass
class OidcServer:
    """What the provider knows; tests change `claims`, `key` and `algorithm`."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    published: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str) -> str:
        """Do what a person does there: sign in, and be sent back with a code."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        return f"/login/oidc/back?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str, now: int) -> tuple[int, Any]:
        """Exchange a code, once, for the client that began, with the verifier of its challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if pair != "keepwell-client:the%20secret%3A%20of%2Fa%20client" or asked is None:
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if made != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "lu@acme.test", "email_verified": True, "name": "Lu",
        } | self.claims  # fmt: skip
        return 200, {"id_token": jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)}


@contextmanager
def oidc_server(now: int) -> Iterator[OidcServer]:
    """Give a running provider."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = running.issuer
            if self.path.endswith("/openid-configuration"):
                told: Any = {
                    "issuer": base, "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys",
                }  # fmt: skip
            else:
                told = KeySet([running.published or running.key]).as_dict(private=False)
            self._answer(200, told)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {k: v[0] for k, v in parse_qs(text).items()}
            self._answer(*running.token(form, self.headers["authorization"], now))

        def _answer(self, status: int, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = OidcServer(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
