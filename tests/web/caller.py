"""Calls the web app as a browser or a program would, without a socket."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from keepwell.ports.people import Role
from keepwell.web.app import create_app
from keepwell.wiring import Project
from keepwell.wiring.web_desk import WebDesk, web_desk

PASSWORD = "correct horse battery"  # noqa: S105 - of people who are invented
HOST = "http://keepwell.test"
CSRF = re.compile(r'name="_csrf" value="([0-9a-f]{64})"')


class Caller:
    """One client with its cookies."""

    def __init__(
        self, app: FastAPI, headers: Mapping[str, str] | None = None, *, base: str = HOST
    ) -> None:
        self._app = app
        self._base = base
        self._headers = dict(headers or {})
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send one request; redirects are returned, not followed."""

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport,
                base_url=self._base,
                headers=self._headers,
                cookies=self.cookies,
            ) as client:
                answer = await client.request(method, path, **given)
                # A cookie that the answer set comes after the one that was sent.
                self.cookies = {c.name: c.value or "" for c in client.cookies.jar}
                return answer

        return asyncio.run(call())

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.send("GET", path, **given)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, **given: Any
    ) -> httpx.Response:
        sent = {} if "content" in given else {"data": dict(data or {})}
        return self.send("POST", path, **sent, **given)

    def csrf(self) -> str:
        """Return the word that this session's forms carry."""
        found = CSRF.search(self.get("/settings").text)
        assert found, "no form on the settings page"
        return found[1]

    def submit(self, path: str, data: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send a form of our own page."""
        return self.post(path, {"_csrf": self.csrf(), **(data or {})}, headers={"Origin": HOST})


def served(project: Path) -> tuple[FastAPI, WebDesk]:
    """Return the app of a project and its desk, prepared as at its start."""
    desk = web_desk(Project(project))
    desk.prepare()
    return create_app(desk), desk


def let_in(desk: WebDesk, login: str, role: Role, sees: tuple[str, ...] = ()) -> None:
    """Make a person with the password of all tests."""
    secret = desk.invite(login, role, sees=sees or (("nobody",) if role == "csm" else ()), by="t")
    desk.accept(secret, login.title(), PASSWORD)


def signed_in(app: FastAPI, login: str) -> Caller:
    """Return a browser that has signed in."""
    caller = Caller(app)
    form = {"login": login, "password": PASSWORD}
    answer = caller.post("/login", form, headers={"Origin": HOST})
    assert answer.status_code == 303, answer.text
    return caller


def with_token(app: FastAPI, secret: str) -> Caller:
    """Return a program with an API token."""
    return Caller(app, {"Authorization": f"Bearer {secret}"})
