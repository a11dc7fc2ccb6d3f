"""What a worker works out once is what it would work out each time: identities, many victims, who is not on record."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from matac_ml.records import EveryIdentity, identities
from serving.deployment import active
from serving.deployment.active import ActiveDeployment, load_deployment
from serving.settings import ServiceSettings


@pytest.fixture(scope="module")
def deployment(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> ActiveDeployment:
    """The made-up force by the matrix alone."""
    folder = tmp_path_factory.mktemp("kept")
    ledger = f"sqlite:///{folder / 'l.db'}"
    settings = ServiceSettings(made_up / "extract", None, "default", ledger, None, None, folder / "m")
    return load_deployment(settings, ())


def test_every_identity_is_what_one_look_gives(deployment: ActiveDeployment) -> None:
    """Of whoever was merged, under each of their identifiers, and of others, known or not."""
    rows = deployment.extract.connect().execute("SELECT person_id, stays FROM typed.merged").fetchall()
    people = [*{str(person) for row in rows for person in row}, "NOBODY-1", str(deployment.ranking.people.index[0])]
    assert len(people) > 4
    known_as = EveryIdentity(deployment.extract)
    assert {person: known_as(person) for person in people} == {
        person: identities(deployment.extract, person) for person in people
    }
    assert any(len(known_as(person)) > 1 for person in people)


def test_many_victims_are_worked_out_once_for_an_area(deployment: ActiveDeployment) -> None:
    """The same people each time, and the whole force is gone through once."""
    fresh = replace(deployment)
    area = fresh.ranking.areas()[0]
    with patch.object(active, "many_victims", wraps=active.many_victims) as worked_out:
        found = [fresh.with_many_victims() for _ in range(3)] + [fresh.with_many_victims(area) for _ in range(2)]
    assert worked_out.call_count == 2
    assert found[0] == found[2]
    assert {person.area for person in found[-1]} <= {area}
    assert len(found[-1]) < len(found[0])


def test_somebody_who_is_not_on_record_is_looked_for_once(deployment: ActiveDeployment) -> None:
    """Agencies know people whom the police do not; whoever is on record is found all the same."""
    somebody = str(deployment.ranking.people.index[0])
    with patch.object(active, "read_people", wraps=active.read_people) as read:
        for _ in range(3):
            assert deployment.find("HOUSING-1") is None
            assert deployment.find(somebody) is not None
    assert sum("HOUSING-1" in call.args[1] for call in read.call_args_list) == 1
