"""Somebody who uses the pages as a browser without script would: cookies kept, forms sent with what they held."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx

WORK = {"purpose": "matac_nomination", "justification": "The November meeting."}


class Person:
    """One browser: its cookies, and the token and the key of the form it saw last."""

    def __init__(self, url: str, **how: Any) -> None:
        self.http = httpx.Client(base_url=url, timeout=60, follow_redirects=True, **how)
        self.csrf = ""
        self.once = ""

    def get(self, path: str, **how: Any) -> httpx.Response:
        """Open a page."""
        return self._seen(self.http.get(path, **how))

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of the page seen last."""
        return self._seen(self.http.post(path, data={"csrf": self.csrf, "once": self.once, **fields}))

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        found = re.search(r'name="csrf" value="([^"]*)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        key = re.search(r'name="once" value="([^"]*)"', answer.text)
        self.once = key[1] if key else self.once
        return answer

    @property
    def cookie(self) -> str:
        """The session's name, as the browser holds it."""
        return next((cookie.value or "" for cookie in self.http.cookies.jar if "matac-session" in cookie.name), "")

    def close(self) -> None:
        """End the connections."""
        self.http.close()


def choose_role(url: str, role: str = "analyst", *, user: str = "an.analyst", **more: Any) -> Person:
    """Somebody who has chosen a role where access is off, and has said what for where the role looks at people."""
    person = Person(url)
    person.get("/sign-in")
    start = person.post("/sign-in", user=user, role=role, **more)
    if start.url.path == "/purpose":
        start = person.post("/purpose", **WORK, to="/")
    assert start.status_code == 200, start.text
    assert start.url.path == "/"
    return person


def path_of(answer: httpx.Response) -> str:
    """Where an answer ended."""
    return urlsplit(str(answer.url)).path


def path_and_query(answer: httpx.Response) -> str:
    """Where an answer ended, with what the address asks for."""
    return str(answer.url.raw_path, "ascii")
