"""A token opens the service only when the identity provider signed it, for this service, for now, with one role."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from matac_ml.errors import UsageError
from matac_ml.roles import ServiceRole
from serving.access.oidc import OidcTokens, fetch_json
from serving.access.principal import Principal
from serving.errors import ServiceError
from serving.settings import OidcSettings

CLIENT = "matac-ml"
#: The provider's own libraries announce deprecations of one another.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A running identity provider with an analyst, and somebody with two roles."""
    from oidc_provider_mock import User, run_server_in_thread

    users = [
        User(sub="an.analyst", claims={"roles": ["analyst", "something-else"]}),
        User(sub="two.hats", claims={"roles": ["analyst", "auditor"]}),
    ]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def sign_in(issuer: str, user: str, *, client: str = CLIENT) -> str:
    """The identity token that the provider gives this user after the code flow."""
    back = "http://localhost/back"
    asked = {"client_id": client, "redirect_uri": back, "response_type": "code", "scope": "openid", "nonce": user}
    with httpx.Client(base_url=issuer) as session:
        answer = session.post("/oauth2/authorize", params=asked, data={"sub": user})
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        token: str = session.post("/oauth2/token", data=body, auth=(client, "any")).json()["id_token"]
    return token


def tokens_of(issuer: str, *, audience: str = CLIENT) -> OidcTokens:
    """The reader under test, told about the provider."""
    return OidcTokens(OidcSettings(issuer=issuer, audience=audience, jwks=None, role_claim="roles", user_claim="sub"))


def refusal(reader: OidcTokens, token: str) -> str:
    """The code of the refusal."""
    with pytest.raises(ServiceError) as caught:
        reader(token)
    return caught.value.code.name


def test_reads_user_and_role_from_a_token_of_the_provider(issuer: str) -> None:
    """The user named by a real token is recognised, personally, with the one role it gives here."""
    principal = tokens_of(issuer)(sign_in(issuer, "an.analyst"))
    assert (principal.name, principal.role, principal.personal) == ("an.analyst", ServiceRole.ANALYST, True)


def test_refuses_a_token_for_another_service(issuer: str) -> None:
    """A token whose audience is another client does not open this one."""
    assert refusal(tokens_of(issuer), sign_in(issuer, "an.analyst", client="another")) == "no_identity"


def test_refuses_a_token_without_exactly_one_role(issuer: str) -> None:
    """No role, or two, is a person we know who may not come in."""
    reader = tokens_of(issuer)
    assert refusal(reader, sign_in(issuer, "two.hats")) == "not_allowed"
    assert refusal(reader, sign_in(issuer, "nobody.special")) == "not_allowed"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_refuses_forged_tokens(issuer: str) -> None:
    """Signed by another key, by a shared secret, by nobody, changed, expired, cut or huge: none is read."""
    reader, real = tokens_of(issuer), sign_in(issuer, "an.analyst")
    now = int(time.time())
    claims = {"iss": issuer, "aud": CLIENT, "sub": "an.analyst", "roles": ["analyst"], "iat": now, "exp": now + 60}
    header, body, signature = real.split(".")
    forged = [
        jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048)),
        jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 64)),
        f"{_part({'alg': 'none'})}.{_part(claims)}.",
        f"{header}.{_part({**claims, 'sub': 'somebody.else'})}.{signature}",
        f"{header}.{body}",
        f"{header}.{body}.{'A' * 9000}",
        "not a token",
    ]
    assert {refusal(reader, token) for token in forged} == {"no_identity"}


def test_refuses_a_token_whose_time_is_over(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours later the same token is no longer read."""
    reader, token = tokens_of(issuer), sign_in(issuer, "an.analyst")
    later = time.time() + 7200
    monkeypatch.setattr("time.time", lambda: later)
    assert refusal(reader, token) == "no_identity"


def test_only_a_provider_that_is_what_it_says_is_asked(issuer: str) -> None:
    """Plain http beyond this machine is refused, whatever its name begins with; so is a provider of another name."""
    for address in (
        "http://127.0.0.1.elsewhere.example/keys",
        "http://localhost.elsewhere.example",
        "file:///etc/passwd",
    ):
        with pytest.raises(UsageError, match="https"):
            fetch_json(address)
    token = sign_in(issuer, "an.analyst")
    assert refusal(tokens_of(issuer.replace("localhost", "127.0.0.1")), token) == "no_identity"


@pytest.mark.parametrize(
    "held",
    [
        "",
        "not JSON",
        "[" * 100_000,
        "5",
        "null",
        "[]",
        "{}",
        '{"keys": 5}',
        '{"keys": []}',
        '{"keys": [1]}',
        '{"keys": [{}]}',
        '{"keys": [{"kty": "RSA", "n": 1, "e": []}]}',
        json.dumps({"keys": [OctKey.import_key("x" * 64).as_dict()]}),
        json.dumps(RSAKey.generate_key(2048).as_dict(private=False)),
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_a_file_without_a_public_key_is_refused_at_the_start(held: str | bytes, tmp_path: Path) -> None:
    """Nobody could ever come in with it, so the service does not start; what the file holds is not repeated."""
    file = tmp_path / "keys.json"
    file.write_bytes(held if isinstance(held, bytes) else held.encode())
    settings = OidcSettings("https://x.example", CLIENT, jwks=file, role_claim="roles", user_claim="sub")
    with pytest.raises(UsageError, match=r"MATAC_OIDC_JWKS must name a JSON Web Key Set .*keys\.json"):
        OidcTokens(settings)


@pytest.fixture
def signed(tmp_path: Path) -> Callable[[dict[str, object]], Principal]:
    """Reads claims as a token that the provider's own key signed; its keys stand in a file."""
    key, file = RSAKey.generate_key(2048, {"kid": "one"}), tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [OctKey.import_key("x" * 64).as_dict(), key.as_dict(private=False)]}))
    settings = OidcSettings("https://x.example", CLIENT, jwks=file, role_claim="roles", user_claim="sub")
    reader = OidcTokens(settings)
    return lambda claims: reader(jwt.encode({"alg": "RS256", "kid": "one"}, claims, key))


def a_claim(**others: object) -> dict[str, object]:
    """What a provider claims of somebody for a minute from now, with other claims in place of these; None for none."""
    now = int(time.time())
    claims = {"iss": "https://x.example", "aud": CLIENT, "sub": "a.b", "roles": "analyst", "iat": now, "exp": now + 60}
    return {name: value for name, value in (claims | others).items() if value is not None}


def test_a_file_of_keys_reads_the_tokens_they_signed(signed: Callable[[dict[str, object]], Principal]) -> None:
    """Beside a key of a kind that is not read, the provider's own key opens the service."""
    assert signed(a_claim()).name == "a.b"


@pytest.mark.parametrize("other", [None, "", "another", "https://a.example", "https://y.example", 5, []])
@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "exp"])
def test_a_signed_token_must_say_all_that_is_asked(
    claim: str, other: object, signed: Callable[[dict[str, object]], Principal]
) -> None:
    """By whom, for whom, since when and until when: a token that leaves one out, or says another, is not read."""
    if claim in ("iat", "exp") and other == 5:
        other = "5"
    with pytest.raises(ServiceError) as caught:
        signed(a_claim(**{claim: other}))
    assert caught.value.code.name == "no_identity"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Northshire Housing", "Northshire Housing"),
        ("x" * 80, "x" * 80),
        ("x" * 81, ""),
        ("a\u202eb", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_an_agency_is_shown_when_it_is_text_that_can_be_seen(
    said: object, shown: str, signed: Callable[[dict[str, object]], Principal]
) -> None:
    """Pages print it: what is longer than a name, hidden or no text is left out, and the person comes in."""
    assert signed(a_claim(agency=said)).agency == shown
