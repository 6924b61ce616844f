"""A provider of OpenID Connect: the code flow with PKCE, every call through the guard.

Signatures and claims are checked by Authlib and what it builds on; nothing is followed elsewhere.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from keepwell.adapters.channels.guarded_http import NotReached, checked_target, get, post
from keepwell.adapters.environment import require_driver
from keepwell.messages import Reply
from keepwell.vocabulary import InputProblem, OidcSettings, OutsideProblem

# Signed by a key that only the provider has: no shared secrets, and never `none`.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
LEEWAY_S = 60
FORM = "application/x-www-form-urlencoded"
AGAIN = "Sign in once more; if it stays, ask an admin to look at `sign_in.oidc` in keepwell.yml."


@dataclass(frozen=True, slots=True)
class Known:
    """Who a provider says somebody is: an address that it has verified, and a name."""

    email: str
    name: str


class OidcProvider:
    """One provider as keepwell.yml names it. `secret` is part of no message."""

    def __init__(self, settings: OidcSettings, secret: str) -> None:
        require_driver("authlib", "oidc")
        self._settings = settings
        self._secret = secret
        self._found = _Found()

    @property
    def back(self) -> str:
        """Return the address that the provider sends people back to."""
        return f"{self._settings.web_app.rstrip('/')}/login/oidc/back"

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Return where a person signs in. Errors: OutsideProblem."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.back,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        start = self._place("authorization_endpoint")
        return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"

    def known(self, code: str, nonce: str, verifier: str, now_s: int) -> Known:
        """Return who came back with a code. Errors: OutsideProblem, InputProblem."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": verifier,
        }
        told = self._post(self._place("token_endpoint"), urlencode(form).encode())
        token = told.get("id_token")
        if not isinstance(token, str):
            raise _refused("it gave no identity")
        claims = self._claims(token, nonce, now_s)
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") is not True:
            raise _refused("it has not verified an address of yours")
        return Known(email.strip().casefold(), str(claims.get("name") or ""))

    def _claims(self, token: str, nonce: str, now_s: int) -> dict[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        wanted = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        params = {"nonce": nonce, "client_id": self._settings.client_id}
        try:
            keys = KeySet.import_key_set(self._get(self._place("jwks_uri")))  # type: ignore[arg-type]
            read = jwt.decode(token, keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(read.claims, read.header, wanted, params)
            claims.validate(now=now_s, leeway=LEEWAY_S)
        except (JoseError, ValueError) as problem:
            # Keys change: the next one reads them anew.
            self._found = _Found()
            raise _refused(f"its identity does not hold ({type(problem).__name__})") from problem
        return dict(claims)

    def _place(self, name: str) -> str:
        if not self._found.places:
            issuer = self._settings.issuer.rstrip("/")
            told = self._get(f"{issuer}/.well-known/openid-configuration")
            if told.get("issuer") != self._settings.issuer:
                raise _away(f"it calls itself `{str(told.get('issuer'))[:200]}`")
            self._found = _Found({k: v for k, v in told.items() if isinstance(v, str)})
        place = self._found.places.get(name)
        if place is None:
            raise _away(f"its description has no `{name}`")
        return place

    def _get(self, url: str) -> dict[str, Any]:
        try:
            target = checked_target(url, allow_private=self._settings.allow_private_addresses)
            return _values(get(target, {"Accept": "application/json"}))
        except NotReached as problem:
            raise _away(problem.why) from problem

    def _post(self, url: str, body: bytes) -> dict[str, Any]:
        pair = f"{quote(self._settings.client_id, safe='')}:{quote(self._secret, safe='')}"
        headers = {
            "Accept": "application/json",
            "Content-Type": FORM,
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
        }
        try:
            target = checked_target(url, allow_private=self._settings.allow_private_addresses)
            reply = post(target, body, headers)
        except NotReached as problem:
            raise _away(problem.why) from problem
        if 400 <= reply.status < 500:
            raise _refused("it does not take the code")
        return _values(reply)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the provider's description says, read once."""

    places: dict[str, str] = field(default_factory=dict)


def _values(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except ValueError as problem:
        raise _away(f"status {reply.status} and no JSON") from problem
    if reply.status != 200 or not isinstance(found, dict):
        raise _away(f"status {reply.status}")
    return found


def _away(why: str) -> OutsideProblem:
    return OutsideProblem(f"The sign-in provider cannot be used: {why}.", cure=AGAIN)


def _refused(why: str) -> InputProblem:
    return InputProblem(f"The sign-in provider did not let you in: {why}.", cure=AGAIN)
