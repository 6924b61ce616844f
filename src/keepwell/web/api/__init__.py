"""The REST API under /api/v1: what the pages show and do, one file for each noun."""

from fastapi import APIRouter

from keepwell.web.api.me import me

API: tuple[APIRouter, ...] = (me,)

__all__ = ["API"]
