"""A member of staff at the console, as a browser would be: cookies kept, form tokens sent."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from bot.bootstrap import Parts
from bot.storage import passwords, staff
from bot.storage.staff import Role

PASSWORD = "correct-horse-battery"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Clerk:
    """One browser; `post` takes the token from the page it was last shown, or any page."""

    def __init__(self, app: Flask, name: str = "") -> None:
        self.client = app.test_client()
        self.name = name

    def get(self, path: str, **options: Any) -> TestResponse:
        response = self.client.get(path, buffered=True, **options)
        assert response.status_code < 500, response.text
        return response

    def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form of ours; give `csrf` yourself to send another token."""
        fields = {"csrf": self.token(), **(form or {})}
        response = self.client.post(path, data=fields, buffered=True, **options)
        assert response.status_code < 500, response.text
        return response

    def submit(self, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        """Post, and follow to the page that is shown then."""
        response = self.post(path, form)
        assert response.status_code == 303, response.text
        where = urlsplit(response.headers["Location"])
        return self.get(where.path + (f"?{where.query}" if where.query else ""))

    def token(self) -> str:
        page = self.get("/console/password").text or ""
        found = _TOKEN.search(page) or _TOKEN.search(self.get("/console/sign-in").text)
        assert found, page
        return found.group(1)


def add_staff(parts: Parts, name: str, *roles: Role, must_change: bool = False) -> int:
    """Add an account with the tests' password."""
    with parts.database.transaction() as connection:
        return staff.add(
            connection,
            name=name,
            roles=roles,
            password_hash=passwords.hash_password(PASSWORD),
            must_change=must_change,
            now=parts.clock(),
        )


def sign_in(app: Flask, parts: Parts, name: str, *roles: Role) -> Clerk:
    """Add an account and sign it in."""
    add_staff(parts, name, *roles)
    clerk = Clerk(app, name)
    response = clerk.post("/console/sign-in", {"name": name, "password": PASSWORD})
    assert response.status_code == 303, response.text
    return clerk
