"""People of several roles at the pages of casework, and what they begin with."""

import re

import httpx

from tests.serving.running import WHY, Service
from tests.serving.signed_in import Person, choose_role, path_of

REASON = "Agreed at the November meeting."
TERMS = {"basis": "safeguarding", "share": "meeting"}


class Staff:
    """Everybody of a meeting, each with a browser of their own; signed in when first asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._people: dict[tuple[str, str], Person] = {}

    def __call__(self, role: str, user: str = "", *, agency: str = "Police") -> Person:
        """The browser of somebody with a role."""
        known = (role, user or f"a.{role}")
        if known not in self._people:
            self._people[known] = choose_role(self._service.url, role, user=known[1], agency=agency)
        return self._people[known]

    def close(self) -> None:
        """End every browser."""
        for person in self._people.values():
            person.close()


def refer(person: Person, who: str, **fields: str) -> httpx.Response:
    """Send the form of a referral."""
    person.get("/refer")
    return person.post("/refer", **{"person_id": who, "reason": REASON, "by": "analysis", **TERMS, **fields})


def open_case(person: Person, who: str) -> httpx.Response:
    """Open somebody's case."""
    person.get("/cases")
    return person.post("/case", person_id=who)


def take(person: Person, who: str, step: str, **fields: str) -> httpx.Response:
    """Take a step on the page of somebody's case."""
    name = path_of(open_case(person, who)).rpartition("/")[2]
    return person.post("/case/step", **{"case": name, "step": step, "reason": REASON, **fields})


def first_listed(service: Service, how_many: int) -> list[str]:
    """The first people of the list, asked for by a program, so that no person counts as having seen them."""
    asked = {**WHY, "user": "a.program", "k": how_many}
    people = service.post("/v1/rank", asked).json()["people"]
    return [person["person_id"] for person in people][:how_many]


def words_of(answer: httpx.Response) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0])
    return " ".join(text.replace("&#39;", "'").split())


def rows_of(page: str) -> dict[str, int]:
    """Person to the number of their row in a form for many."""
    return {person: int(i) for i, person in re.findall(r'name="who-(\d+)" value="([^"]+)"', page)}


def decide(person: Person, path: str, outcomes: dict[str, str], what: str = "judge") -> httpx.Response:
    """Send one form that decides about many: person to outcome."""
    rows = rows_of(person.get(path).text)
    fields = {}
    for who, outcome in outcomes.items():
        i = rows[who]
        fields |= {f"who-{i}": who, f"what-{i}": what, f"outcome-{i}": outcome, f"why-{i}": REASON}
    return person.post(path, **fields)
