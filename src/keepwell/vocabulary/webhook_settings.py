"""How webhooks are called, as keepwell.yml says it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WebhookSettings(BaseModel):
    """What programs outside are told of.

    `allow_private_addresses`: addresses inside your own network may be called, and without TLS.
    `off_after_days`: an address that took nothing for so long is called no more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    allow_private_addresses: bool = False
    off_after_days: Annotated[int, Field(ge=1, le=30)] = 5
