"""A real identity provider on this machine, for the tests: Authlib's server, which demands PKCE, behind Flask."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT = "matac-pages"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class _Client(ClientMixin):  # type: ignore[misc]
    """The service as the provider knows it: a public client, with one way back."""

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass
class _User:
    sub: str
    claims: dict[str, Any]

    def get_user_id(self) -> str:
        return self.sub


@dataclass
class _Code:
    code: str
    user: _User
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class _Refresh:
    """A refresh token of Authlib's kind."""

    user: _User
    scope: str
    revoked: bool = False

    def check_client(self, client: _Client) -> bool:
        return client.get_client_id() == CLIENT

    def get_scope(self) -> str:
        return self.scope


@dataclass
class TestProvider:
    """What a test may change: who is known, with which claims, and what the provider does wrong."""

    __test__ = False

    back: str = ""
    issuer: str = ""
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    gives_refresh: bool = True
    breaks_nonce: bool = False
    is_down: bool = False
    codes: dict[str, _Code] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    refresh: dict[str, _Refresh] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def id_token(self, user: _User, nonce: str = "") -> str:
        """What the provider says of somebody, signed."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": user.sub, "iat": now, "exp": now + 600}
        said = self.users.get(user.sub, user.claims)
        if nonce:
            claims["nonce"] = "another" if self.breaks_nonce else nonce
        return jwt.encode({"alg": "RS256", "kid": KEY.kid}, {**claims, **said}, KEY)


def _grants(state: TestProvider) -> tuple[type, type, Any]:
    class Code(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            state.codes[code] = _Code(
                code, request.user, request.payload.redirect_uri, request.payload.scope, asked.get("nonce", ""),
                asked["code_challenge"], asked["code_challenge_method"],
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: _Client) -> _Code | None:
            return state.codes.get(code)

        def delete_authorization_code(self, code: _Code) -> None:
            state.codes.pop(code.code, None)

        def authenticate_user(self, code: _Code) -> _User:
            return code.user

    class Refresh(grants.RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("none",)
        INCLUDE_NEW_REFRESH_TOKEN = True

        def authenticate_refresh_token(self, token: str) -> _Refresh | None:
            found = state.refresh.get(token)
            return found if found and not found.revoked and found.user.sub in state.users else None

        def authenticate_user(self, token: _Refresh) -> _User:
            return token.user

        def revoke_old_credential(self, token: _Refresh) -> None:
            token.revoked = True

    class Signed(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return any(code.nonce == nonce for code in state.codes.values())

        def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
            return state.id_token(request.authorization_code.user, request.authorization_code.nonce)

    return Code, Refresh, Signed


def _application(state: TestProvider) -> Flask:
    app = Flask("provider")
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True

    def save(token: dict[str, Any], asked: Any) -> None:
        state.access[token["access_token"]] = asked.user.sub
        if not state.gives_refresh:
            token.pop("refresh_token", None)
        if "refresh_token" in token:
            state.refresh[token["refresh_token"]] = _Refresh(asked.user, token.get("scope", ""))
            if asked.payload.grant_type == "refresh_token":
                token["id_token"] = state.id_token(asked.user)

    server = AuthorizationServer(app, lambda name: _Client(state.back) if name == CLIENT else None, save)
    code, refresh, signed = _grants(state)
    server.register_grant(code, [CodeChallenge(required=True), signed(require_nonce=True)])
    server.register_grant(refresh)

    @app.before_request
    def down() -> Response | None:
        return Response("trouble", status=503) if state.is_down else None

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        at = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        said = {f"{name}_endpoint": f"{state.issuer}/{path}" for name, path in at.items()}
        return jsonify({"issuer": state.issuer, "jwks_uri": f"{state.issuer}/jwks", **said})

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify({"keys": [KEY.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize() -> Any:
        """Let in whom the test names in the cookie of the browser; a person would type a password here."""
        sub = request.cookies.get("who", "")
        if sub not in state.users:
            return Response("unknown", status=401)
        return server.create_authorization_response(grant_user=_User(sub, state.users[sub]))

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    def userinfo() -> Any:
        sub = state.access.get(request.headers.get("Authorization", "").removeprefix("Bearer "), "")
        return jsonify({"sub": sub, **state.users[sub]}) if sub in state.users else Response(status=401)

    @app.get("/end")
    def end() -> Any:
        state.ended.append(request.args.get("id_token_hint", ""))
        return redirect(request.args["post_logout_redirect_uri"])

    return app


@contextmanager
def running_provider(public_url: str) -> Iterator[TestProvider]:
    """A provider that knows the pages at ``public_url``, until the end of the block."""
    state = TestProvider(back=f"{public_url}/sign-in/back")
    server = make_server("127.0.0.1", 0, _application(state), threaded=True)
    state.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
