"""What pages take with 50,000 people in the list and 5,000 cases, each beside a page that shows nothing."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np
import psutil

from benchmarks import Table
from matac_ml import clock
from matac_ml.casework import Ledger, NewEntry
from matac_ml.casework.stepping import PURPOSE
from matac_ml.synthetic import make_force
from serving.requests import MAX_RANKED
from tests.explain.made_up import make_bundle, make_extract
from tests.serving.running import WHY, Service, running
from tests.serving.signed_in import Person, choose_role, path_of

NAME = "pages"
#: Milliseconds of a page at the 95th percentile.
AIM = 100.0
WHO, REASON = "a.specialist", "Agreed at the November meeting."
#: Of every ten cases: how many steps each has taken on the way to a programme.
STEPS = ("referral", "first_judgement", "second_judgement", "judgement_accepted", "cohort_member", "plan")
REACHED = (1, 1, 1, 2, 2, 3, 4, 5, 6, 6)


def run(prove: bool) -> Table:
    """Each page 200 times with ``prove``, of the full size; 20 times, of a hundredth, without."""
    incidents, cases, times = (102_000, 5_000, 200) if prove else (3_000, 50, 20)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_bundle(make_extract(folder / "small"), folder / "bundle")
        make_force(folder / "extract", incidents=incidents, years=4, seed=5)
        (folder / "service").mkdir()
        with running(folder, folder / "service", MATAC_TOOLKIT="") as service:
            listed = service.post("/v1/rank", {**WHY, "k": MAX_RANKED}).json()
            people = [person["person_id"] for person in listed["people"]]
            with Ledger.open(service.ledger) as ledger:
                ledger.append_many(list(cases_of(people, cases)))
            rows = measured_pages(service, people, times)
    return shown(rows, of=listed["of"], cases=cases, times=times)


def cases_of(people: list[str], cases: int) -> Iterator[NewEntry]:
    """Entries of so many cases, of those listed first and then of people whom the police do not know."""
    named = [*people, *(f"AGENCY-{number:05}" for number in range(cases))][:cases]
    start = clock.today() - timedelta(weeks=11)
    for place, person in enumerate(named):
        reached = REACHED[place % len(REACHED)]
        for kind in STEPS[:reached]:
            yield entry(kind, person, start)
        if reached == len(STEPS):
            for week in range(1, 11):
                said = {"week": week, "engaged": week % 4 > 0}
                yield entry("engagement", person, start + timedelta(weeks=week), **said)


def entry(kind: str, person: str, on: date, **more: object) -> NewEntry:
    """A step as the cycle writes it."""
    said: dict[str, dict[str, object]] = {
        "referral": {"source": "analysis", "basis": "crime", "share": "plan"},
        "first_judgement": {"accepts": True},
        "second_judgement": {"accepts": True},
        "judgement_accepted": {"way": "agreed"},
        "plan": {"interventions": ["key_worker"], "starts": on.isoformat(), "weeks": 17},
    }
    payload = {**said.get(kind, {}), **more, "on": on.isoformat()}
    return NewEntry(kind, WHO, PURPOSE, REASON, person, payload=payload)


def measured_pages(service: Service, people: list[str], times: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of every page, in turn so that whatever else the machine does falls on all of them."""
    chair = choose_role(service.url, "chair", user="a.chair")
    chair.get("/")
    opened = path_of(chair.post("/list", k="50"))
    drawn = path_of(chair.post("/drawn", places="50", area=""))
    many = path_of(chair.post("/many-victims"))
    chair.post("/victims")
    shown: dict[str, list[tuple[float, float]]] = {}
    for turn in range(times):
        person = people[turn % len(people)]
        opens: dict[str, Callable[[], httpx.Response]] = {
            "a page that shows nothing": lambda: chair.http.get("/purpose"),
            "list, shown": lambda: chair.http.get(opened),
            "drawn list, shown": lambda: chair.http.get(drawn),
            "person, opened": lambda who=person: send(chair, "/person", person_id=who),
            "case, opened": lambda who=person: send(chair, "/case", person_id=who),
            "cases, shown": lambda: chair.http.get("/cases"),
            "programme board, shown": lambda: chair.http.get("/programme"),
            "many victims, opened": lambda: send(chair, "/many-victims"),
            "many victims, shown": lambda: chair.http.get(many),
            "register of victims, opened": lambda: send(chair, "/victims"),
            "register of victims, shown": lambda: chair.http.get("/victims"),
        }
        for name, work in opens.items():
            took, answer = timed(service, work)
            shown.setdefault(name, []).append(took)
            if name == "person, opened":
                took, _ = timed(service, lambda at=answer.headers["location"]: chair.http.get(at))
                shown.setdefault("person, shown", []).append(took)
    chair.close()
    return shown


def send(person: Person, path: str, **fields: str) -> httpx.Response:
    """A form, without following where it leads; each as from a page of its own."""
    form = {"csrf": person.csrf, "once": f"{time.perf_counter_ns()}", **fields}
    return person.http.post(path, data=form, follow_redirects=False)


def worked(service: Service) -> float:
    """Milliseconds of processor that the service has had, to the microsecond: a busy machine adds little to them."""
    family = [service.process.pid, *(child.pid for child in psutil.Process(service.process.pid).children())]
    tasks = (task for pid in family for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


def timed(service: Service, work: Callable[[], httpx.Response]) -> tuple[tuple[float, float], httpx.Response]:
    """Milliseconds of a request at the client and of the server's processor, and its answer, which is no fault."""
    before, began = worked(service), time.perf_counter()
    answer = work()
    took = (time.perf_counter() - began) * 1_000, worked(service) - before
    assert answer.status_code in (200, 303), re.sub(r"<[^>]+>", " ", answer.text)[-400:]
    return took, answer


def shown(pages: dict[str, list[tuple[float, float]]], *, of: int, cases: int, times: int) -> Table:
    """The table, with every page beside the one that shows nothing."""
    most = {name: np.percentile(np.array(took), 95, axis=0) for name, took in pages.items()}
    nothing = most["a page that shows nothing"]
    half = {name: np.median(np.array(took), axis=0) for name, took in pages.items()}
    rows = tuple(
        (name, *map(float, half[name]), *map(float, took), float(took[0] / nothing[0])) for name, took in most.items()
    )
    slow = tuple(
        f"{name} within {AIM:.0f} ms 95 times of 100: {took[0]:.0f} ms, of which {took[1]:.0f} of processor"
        for name, took in most.items()
        if took[0] > AIM
    )
    return Table(
        f"Pages with {of:,} people in the list and {cases:,} cases",
        ("page", "ms, half", "of processor", "ms, 95 of 100", "of processor ", "times of a page that shows nothing"),
        rows,
        (
            f"Each {times} times, one after the other in turn, by one browser on the same machine; one worker.",
            "Opened is the form that records the consultation, shown the page after it; each time for another person.",
        ),
        slow,
    )
