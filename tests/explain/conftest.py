"""One made-up force with its bundle for every test of the room."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from matac_ml.asof import PersonFile, read_person
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import Ranking, rank_everybody
from matac_ml.records import Extract, read_extract
from tests.explain.made_up import make_bundle, make_extract


@dataclass(frozen=True)
class Scored:
    """The force, its model, and everybody's places."""

    extract: Extract
    model: RiskModel
    setting: ScoringContext
    ranking: Ranking

    def file(self, person_id: str) -> PersonFile:
        """The file of one person."""
        return read_person(self.extract, person_id)


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """A few thousand incidents, scored on the day after the extract ends."""
    folder = tmp_path_factory.mktemp("scored")
    make_bundle(make_extract(folder / "extract"), folder / "bundle")
    extract, model = read_extract(folder / "extract"), load_bundle(folder / "bundle")
    as_of = extract.cut_off + timedelta(days=1)
    setting = ScoringContext(
        policy=model.policy,
        harm=model.harm,
        model=model,
        as_of=as_of,
        data_as_of=extract.cut_off,
        data_hash=extract.data_hash,
        today=date(2026, 1, 1),
    )
    ranking = rank_everybody(extract, setting)
    return Scored(extract, model, replace(setting, rank_table=ranking.rank_table), ranking)
