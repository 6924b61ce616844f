"""How people may sign in to the web app besides a password."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

FROZEN = ConfigDict(frozen=True, extra="forbid")
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#@]+$")]


class OidcSettings(BaseModel):
    """One provider of OpenID Connect. It lets in people who were invited, and makes nobody.

    `issuer`:     its address, as it stands in its tokens.
    `client_id`:  our name there; its secret is in the variable that `secret_env` names.
    `web_app`:    the address of this web app, to which the provider sends people back.
    `name`:       what the button says.
    `allow_private_addresses`: the provider may be inside one's own network, also by http.
    """

    model_config = FROZEN
    issuer: Address
    client_id: str
    web_app: Address
    secret_env: VariableName = "KEEPWELL_OIDC_SECRET"  # noqa: S105 - a name of it
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)] = "OpenID Connect"
    allow_private_addresses: bool = False

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if not self.issuer.startswith("https://") and not self.allow_private_addresses:
            raise ValueError("`issuer` begins with https:// unless `allow_private_addresses`")
        return self


class SignInSettings(BaseModel):
    """How people may sign in besides a password."""

    model_config = FROZEN
    oidc: OidcSettings | None = None
