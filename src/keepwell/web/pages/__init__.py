"""The pages, one file each with a router of its own; this list is all that joins them."""

from fastapi import APIRouter

from keepwell.web.pages.look import look
from keepwell.web.pages.signing import signing

PAGES: tuple[APIRouter, ...] = (signing, look)

__all__ = ["PAGES"]
