"""docs/adding-a-feature.md does what it promises: its declaration is run as printed."""

import re

import features.context
from features.worked_people import HARM_INDEX, TODAY
from features.worked_people.telling import WOUNDING, Victim, Worked, crime, gives, identity, tables_of
from matac_ml.asof import evidence, feature_table, person_features, person_file_from_records
from matac_ml.harm import load_harm_index
from matac_ml.records import Extract
from tests.docs.generate import ROOT


def test_the_printed_declaration_is_all_there_is_to_write() -> None:
    """Both engines derive it, it reads as a sentence, and the incident behind it is named."""
    page = (ROOT / "docs/adding-a-feature.md").read_text(encoding="utf-8")
    (printed,) = re.findall(r"```python\n(# features.*?)```", page, re.DOTALL)
    ((feature,),) = (eval(f"(\n{printed})", vars(features.context)),)
    told = Worked("told", "Told in the page.", (crime(100, WOUNDING, Victim("Anna"), honour_based=True),), gives())
    tables, harm = tables_of([told]), load_harm_index(HARM_INDEX)
    file = person_file_from_records(tables, identity(told))
    assert person_features(file, [feature], TODAY, harm=harm) == {feature.name: 1}
    frame = feature_table(Extract.from_tables(tables), [feature], [TODAY], harm=harm)
    assert frame[feature.name].tolist() == [1]
    assert len(evidence(file, feature, TODAY, harm=harm)) == 1
    assert feature.say(1) == "1 domestic abuse incident as suspect marked as honour-based in the last year."
    assert feature.direction == 1
