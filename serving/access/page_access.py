"""Who uses the pages: the session behind a cookie, as long as whoever let its user in still would."""

import asyncio
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from serving.access.credentials import Access
from serving.access.principal import MADE_UP
from serving.access.provider import Provider
from serving.access.sessions import Session, SessionStore
from serving.settings import ServiceSettings, is_loopback

_NAME = "matac-session"


class PageAccess:
    """Sessions of one worker, with what people can sign in by.

    Attributes
    ----------
    provider : Provider or None
        None where people sign in otherwise: with an access key, or, with access off, by choosing a role.
    """

    def __init__(self, settings: ServiceSettings, access: Access) -> None:
        self._settings, self._access = settings, access
        self.store = SessionStore(
            settings.sessions_file,
            idle_seconds=settings.idle_minutes * 60,
            most_seconds=settings.session_hours * 3600,
        )
        self.provider = None
        if settings.oidc is not None and settings.signs_in_by_provider:
            self.provider = Provider(settings.oidc, settings.public_url, most_hours=settings.token_hours)

    def _is_secure(self, headers: Headers) -> bool:
        """Whether the browser came by TLS, which ends before us: by the stated address, and otherwise by the host."""
        if self._settings.public_url:
            return self._settings.public_url.startswith("https:")
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        return not is_loopback(host.strip("[]"))

    def _cookie_name(self, headers: Headers) -> str:
        """Where TLS ends, a name that only this host, by TLS and for all its pages, can set."""
        return f"__Host-{_NAME}" if self._is_secure(headers) else _NAME

    def cookie(self, session: Session | None, headers: Headers) -> str:
        """The Set-Cookie header that names a session, or takes the name away. It ends with the browser."""
        value, life = (session.secret, "") if session else ("", "; Max-Age=0")
        secure = "; Secure" if self._is_secure(headers) else ""
        return f"{self._cookie_name(headers)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{life}"

    async def find(self, headers: Headers) -> Session | None:
        """The session that a request names, if it still counts."""
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return None
        named = cookies.get(self._cookie_name(headers))
        session = self.store.find(named.value) if named else None
        if session is None or not session.is_signed_in:
            return session
        return await self._still(session)

    async def _still(self, session: Session) -> Session | None:
        """The session, if whoever let its user in still would: access may be withdrawn, or switched on."""
        if session.origin == MADE_UP and not self._access.is_on:
            return session
        key = self._access.key_of(session.voucher) if session.origin == "key" else None
        if key is not None and key.name == session.shown_as:
            return replace(session, role=key.role.value, agency=key.agency, area=key.area)
        if self.provider is not None and session.origin == self.provider.origin:
            return await asyncio.to_thread(self.provider.check, self.store, session)
        self.store.end(session)
        return None
