"""People sign in with a real provider, which demands PKCE; what an attacker has of it opens nothing."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from matac_ml.apikeys import make_key
from matac_ml.casework import Ledger
from matac_ml.roles import ServiceRole
from serving.access.provider import CHECK_SECONDS
from tests.proving import in_prove
from tests.serving.provider import CLIENT, TestProvider, running_provider
from tests.serving.running import Service, free_port, running, start, stop, wait_until_ready, write_keys
from tests.serving.signed_in import WORK, Person, path_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
KEY = make_key()


@pytest.fixture(scope="module")
def port() -> int:
    """The port of the pages: the provider must know it before they start."""
    return free_port()


@pytest.fixture(scope="module")
def known(port: int) -> Iterator[TestProvider]:
    """The provider, with everybody these tests need."""
    with running_provider(f"http://127.0.0.1:{port}") as provider:
        provider.users |= {
            "an.analyst": {"roles": ["analyst"], "name": "Ann Analyst", "area": "Area A", "agency": "Police"},
            "a.chair": {"roles": ["chair"]},
            "two.hats": {"roles": ["analyst", "auditor"]},
            "nobody.here": {"roles": ["gardener"]},
        }
        yield provider


@pytest.fixture(scope="module")
def pages(made_up: Path, known: TestProvider, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two workers with access on: people sign in with the provider, programs with a key."""
    folder = tmp_path_factory.mktemp("pages")
    told = {
        "MATAC_OIDC_ISSUER": known.issuer,
        "MATAC_OIDC_AUDIENCE": "matac-api",
        "MATAC_OIDC_CLIENT": CLIENT,
        "MATAC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MATAC_KEYS_FILE": str(write_keys(folder, ServiceRole.ANALYST, keys=(KEY,))),
        "MATAC_WORKERS": "2",
    }
    service = start(made_up, folder, port=port, **told)
    try:
        wait_until_ready(service)
        yield service
    finally:
        stop(service)


def to_provider(person: Person) -> str:
    """The address to which sign-in sends a browser."""
    person.http.follow_redirects = False
    address = person.get("/sign-in/begin").headers["location"]
    person.http.follow_redirects = True
    return str(address)


def back_from(address: str, who: str) -> str:
    """The way back that the provider gives whoever signs in there: an address of ours, with the code."""
    answer = httpx.get(address, cookies={"who": who}, timeout=30)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def sign_in(pages: Service, who: str) -> Person:
    """Somebody who has signed in, and has said what for where their role looks at people."""
    person = Person(pages.url)
    person.get("/sign-in")
    answer = person.get(back_from(to_provider(person), who))
    if path_of(answer) == "/purpose":
        answer = person.post("/purpose", **WORK, to="/")
    assert path_of(answer) == "/", answer.text
    return person


def test_from_no_session_to_a_person_and_out_again(pages: Service, known: TestProvider) -> None:
    """With access on pages open in a browser: sign-in, the purpose once, a list, a person, Back, and out."""
    person = Person(pages.url)
    assert path_of(person.get("/people")) == "/sign-in"
    answer = person.get(back_from(to_provider(person), "an.analyst"))
    assert path_of(answer) == "/purpose"
    for words in ("Ann Analyst", "Analyst, Police, Area A", "Sign out"):
        assert words in answer.text
    assert 'name="to" value="/people"' in answer.text
    assert path_of(person.post("/purpose", **WORK, to="/people")) == "/people"
    person.get("/")
    listed = person.post("/list", k="3", area="", order="matrix")
    assert re.fullmatch(r"/lists/L-[0-9a-f]{32}", path_of(listed))
    who = re.search(r'name="person_id" value="([^"]+)"', listed.text)
    assert who is not None
    shown = person.post("/person", person_id=who[1], **{"from": path_of(listed).rpartition("/")[2]})
    assert re.fullmatch(r"/people/N-[0-9a-f]{32}", path_of(shown))
    with Ledger.open(pages.ledger) as ledger:
        entries = list(ledger.entries())
    assert {entry.actor for entry in entries} == {"an.analyst"}
    assert entries[-1].personal is not None
    assert entries[-1].personal.payload["caller"] == f"oidc:{known.issuer}#an.analyst"
    assert entries[-1].personal.justification == WORK["justification"]
    # Back and Reload: the same pages, and not one entry more. The address holds nobody's identifier.
    for page in (listed, shown, shown):
        assert person.get(path_of(page)).status_code == 200
        assert who[1] not in str(page.url)
    with Ledger.open(pages.ledger) as ledger:
        assert ledger.verify().entries == len(entries)
    before = len(known.ended)
    gone = person.post("/sign-out")
    assert "You are signed out of matac-ml" in gone.text
    leaving = re.search(r'href="(http[^"]+/end[^"]+)"', gone.text)
    assert leaving is not None
    httpx.get(leaving[1].replace("&amp;", "&"), timeout=30)
    assert person.http.post("/list", data={}, follow_redirects=False).headers["location"] == "/sign-in?ended=1"
    assert len(known.ended) == before + 1
    assert known.ended[-1].count(".") == 2
    assert path_of(person.get(path_of(shown))) == "/sign-in"


def test_what_is_sent_to_the_provider_is_the_flow_with_pkce(pages: Service) -> None:
    """A code, S256, state and nonce of their own each time; the verifier stays here."""
    asked = [parse_qs(urlsplit(to_provider(Person(pages.url))).query) for _ in range(2)]
    for one in asked:
        assert (one["response_type"], one["code_challenge_method"], one["client_id"]) == (["code"], ["S256"], [CLIENT])
        assert "openid" in one["scope"][0].split()
        assert "code_verifier" not in one
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 43
        assert asked[0][name] != asked[1][name]


def test_the_session_gets_a_new_name_at_sign_in(pages: Service) -> None:
    """Session fixation: a cookie that an attacker planted before is worth nothing after."""
    person = Person(pages.url)
    person.get("/sign-in")
    planted = person.cookie
    person.get(back_from(to_provider(person), "an.analyst"))
    assert len(person.cookie) >= 43
    assert person.cookie != planted
    attacker = httpx.Client(base_url=pages.url, cookies={"matac-session": planted}, follow_redirects=True)
    assert path_of(attacker.get("/people")) == "/sign-in"


def test_the_way_back_counts_once_and_in_its_own_browser(pages: Service) -> None:
    """A code sent again, somebody else's state, a state made up: none signs anybody in, and the session is nobody's."""
    person, thief = Person(pages.url), Person(pages.url)
    way = back_from(to_provider(person), "an.analyst")
    thief.get("/sign-in")
    to_provider(thief)
    state = parse_qs(urlsplit(to_provider(thief)).query)["state"][0]
    code = parse_qs(urlsplit(way).query)["code"][0]
    tries = (way, f"/sign-in/back?code={code}", f"/sign-in/back?code={code}&state={state[:-1]}x", "/sign-in/back")
    assert [thief.get(address).status_code for address in tries] == [401] * 4
    assert Person(pages.url).get(way).status_code == 401
    assert person.get(way).status_code == 200
    again = Person(pages.url)
    again.http.cookies.set("matac-session", person.cookie, domain="127.0.0.1")
    person.post("/sign-out")
    assert person.get(way).status_code == 401
    assert path_of(again.get("/people")) == "/sign-in"


@pytest.mark.parametrize("state", [None, "", "made-up"])
def test_a_browsers_own_code_with_another_state_signs_nobody_in(pages: Service, state: str | None) -> None:
    """All else is right, the verifier included: what came back is still not what was begun here."""
    person = Person(pages.url)
    code = parse_qs(urlsplit(back_from(to_provider(person), "an.analyst")).query)["code"][0]
    sent = f"/sign-in/back?code={code}" + ("" if state is None else f"&state={state}")
    assert person.get(sent).status_code == 401


def test_a_code_injected_into_another_browser_fails_for_its_verifier(pages: Service) -> None:
    """With the thief's own state and the stolen code, the provider misses the verifier that the victim's code needs."""
    victim, thief = Person(pages.url), Person(pages.url)
    code = parse_qs(urlsplit(back_from(to_provider(victim), "an.analyst")).query)["code"][0]
    state = parse_qs(urlsplit(to_provider(thief)).query)["state"][0]
    assert thief.get(f"/sign-in/back?code={code}&state={state}").status_code == 401


def test_a_token_with_another_nonce_signs_nobody_in(pages: Service, known: TestProvider) -> None:
    """A token that was made for another sign-in is refused, signed though it is."""
    person = Person(pages.url)
    known.breaks_nonce = True
    try:
        assert person.get(back_from(to_provider(person), "an.analyst")).status_code == 401
    finally:
        known.breaks_nonce = False


def test_an_answer_of_another_issuer_is_refused(pages: Service) -> None:
    """RFC 9207: where the way back names an issuer, it is the one that was asked."""
    person = Person(pages.url)
    way = back_from(to_provider(person), "an.analyst")
    assert person.get(f"{way}&iss=https://elsewhere.example").status_code == 401


@pytest.mark.parametrize("who", ["two.hats", "nobody.here"])
def test_without_exactly_one_role_nobody_comes_in(pages: Service, who: str) -> None:
    """The page says why, and offers no more."""
    person = Person(pages.url)
    answer = person.get(back_from(to_provider(person), who))
    assert answer.status_code == 403
    assert "exactly one role" in answer.text
    assert path_of(person.get("/papers")) == "/sign-in"


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/sign-in/begin", "/v1/model"]
)
def test_sign_in_leads_to_pages_of_ours_alone(pages: Service, to: str) -> None:
    """No link can smuggle in where somebody is sent after sign-in."""
    person = Person(pages.url)
    person.get("/sign-in", params={"to": to})
    answer = person.get(back_from(to_provider(person), "a.chair"))
    assert str(answer.url).startswith(pages.url)
    assert path_of(answer) == "/purpose"


def test_a_form_without_the_token_of_its_session_does_nothing(pages: Service) -> None:
    """CSRF: no token, another session's, or one from before sign-in; and a form sent by a page of another site."""
    person, other = sign_in(pages, "an.analyst"), sign_in(pages, "a.chair")
    for wrong in ("", other.csrf, "x" * 43):
        answer = person.http.post("/list", data={"csrf": wrong, "k": "3"})
        assert answer.status_code == 403
        assert "not one of this session" in answer.text
    sent = {"csrf": person.csrf, "k": "3"}
    for origin in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert person.http.post("/list", data=sent, headers=origin).status_code == 403
    assert person.http.post("/sign-out", data={"csrf": ""}).status_code == 403
    assert person.get("/people").status_code == 200


def test_a_session_opens_pages_and_a_token_opens_the_api(pages: Service) -> None:
    """Neither stands in for the other: a cookie, which a browser sends by itself, opens no address of the API."""
    person = sign_in(pages, "an.analyst")
    assert person.http.get("/v1/model").status_code == 401
    assert person.http.post("/v1/rank", json={"user": "an.analyst", **WORK}).status_code == 401
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert httpx.get(f"{pages.url}/v1/model", headers=bearer).status_code == 200
    assert httpx.get(f"{pages.url}/people", headers=bearer).status_code == 303


def test_the_cookie_can_be_read_by_no_script_and_sent_by_no_other_site(pages: Service) -> None:
    """HttpOnly, SameSite=Lax, for the whole host, until the browser ends. Where TLS ends: by TLS alone (see below)."""
    said = httpx.get(f"{pages.url}/sign-in").headers["set-cookie"]
    assert re.fullmatch(r"matac-session=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax", said)


def half_a_minute_passes(pages: Service) -> None:
    """As far as sessions know: the provider was last asked so long ago."""
    with closing(sqlite3.connect(pages.folder / "matrix-only.sessions")) as kept, kept:
        assert kept.execute("UPDATE sessions SET tried = tried - ?", [CHECK_SECONDS]).rowcount > 0


@pytest.mark.parametrize("really", in_prove([False, True], but=[False]))
def test_access_withdrawn_ends_a_session_within_a_minute(pages: Service, known: TestProvider, really: bool) -> None:
    """The provider is asked again every half minute; a role that has changed counts from then, and none ends it."""

    def wait() -> None:
        if really:
            time.sleep(2)
        else:
            half_a_minute_passes(pages)

    known.users["to.go"] = {"roles": ["chair"]}
    person = sign_in(pages, "to.go")
    assert "Board" not in person.get("/papers").text
    known.users["to.go"] = {"roles": ["board"]}
    began = time.monotonic()
    while "Board" not in person.get("/papers").text:
        assert time.monotonic() - began < 60
        wait()
    assert person.get("/people").status_code == 403
    del known.users["to.go"]
    began = time.monotonic()
    while path_of(person.get("/papers")) != "/sign-in":
        assert time.monotonic() - began < 60
        wait()
    assert CHECK_SECONDS <= 30


def test_a_provider_without_refresh_tokens_is_asked_who_it_is(
    pages: Service, known: TestProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session goes on while the answer is about the same person, and ends when it is about another."""
    monkeypatch.setattr(known, "gives_refresh", False)
    monkeypatch.setitem(known.users, "asked.for", {"roles": ["board"]})
    person = sign_in(pages, "asked.for")
    half_a_minute_passes(pages)
    assert path_of(person.get("/papers")) == "/papers"
    for bearer in [bearer for bearer, sub in known.access.items() if sub == "asked.for"]:
        monkeypatch.setitem(known.access, bearer, "an.analyst")
    half_a_minute_passes(pages)
    assert path_of(person.get("/papers")) == "/sign-in"


def test_a_session_holds_in_every_worker(known: TestProvider, pages: Service) -> None:
    """Requests of one browser reach both workers; and what is kept of a session names no session."""
    person = sign_in(pages, "an.analyst")
    with_close = {"Connection": "close"}
    answers = [
        httpx.get(f"{pages.url}/people", cookies={"matac-session": person.cookie}, headers=with_close).status_code
        for _ in range(12)
    ]
    assert set(answers) == {200}
    kept = b"".join(file.read_bytes() for file in pages.folder.glob("matrix-only.sessions*"))
    assert b"an.analyst" in kept
    assert person.cookie.encode() not in kept
    assert all(token.encode() not in kept for token in [*known.access, *known.refresh])
    assert all(file.stat().st_mode & 0o077 == 0 for file in pages.folder.glob("matrix-only.sessions*"))


def test_with_keys_alone_somebody_signs_in_with_one(made_up: Path, tmp_path: Path) -> None:
    """The key vouches, the ledger has both names; taken out of its file, the key ends the session too."""
    keys = write_keys(tmp_path, ServiceRole.ANALYST, ServiceRole.BOARD, keys=(KEY, make_key()))
    with running(made_up, tmp_path, MATAC_KEYS_FILE=str(keys)) as service:
        person = Person(service.url)
        assert "Sign in with an access key" in person.get("/").text
        wrong = person.post("/sign-in", user="", key="matac_wrong")
        assert wrong.status_code == 422
        for said in ("Enter your name", "Enter an access key that is in force", "<title>Error: "):
            assert said in wrong.text
        assert "matac_wrong" not in wrong.text
        assert path_of(person.post("/sign-in", user="b.analyst", key=KEY)) == "/purpose"
        person.post("/purpose", **WORK, to="/")
        assert "b.analyst" in person.post("/list", k="1").text
        with Ledger.open(service.ledger) as ledger:
            (entry, *_) = ledger.entries()
        assert entry.actor == "b.analyst"
        assert entry.personal is not None
        assert entry.personal.payload["caller"] == "key:analyst"
        # Behind TLS the cookie has the name that only TLS can set.
        behind = httpx.get(f"{service.url}/sign-in", headers={"Host": "matac.force.example"})
        assert re.fullmatch(r"__Host-matac-session=[\w-]{43}; .*; Secure", behind.headers["set-cookie"])
        keys.write_text(
            "\n".join(line for line in keys.read_text().split("\n")).replace("role: analyst", "role: board")
        )
        began = time.monotonic()
        while person.get("/people").status_code == 200 and path_of(person.get("/people")) != "/sign-in":
            assert time.monotonic() - began < 30
            time.sleep(0.5)
