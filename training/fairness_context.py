"""What lies under an audit's numbers: other definitions of the outcome, the victims' side, people in both roles."""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from matac_ml.asof import outcome_table
from matac_ml.codes import CURRENT_PARTNERS, FORMER_PARTNERS
from matac_ml.facts import CounterAllegationFacts, LabelFacts, VictimSideFacts
from matac_ml.fairness import Instrument, audit_groups
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.counter import counter_allegations, mutual_pairs, questions
from matac_ml.fairness.cuts import Cut, share_above
from matac_ml.fairness.groups import TITLES
from matac_ml.fairness.history import with_pairs
from matac_ml.fairness.labels import PREDICTED, VICTIM_NAMED, label_stress, stricter_outcomes
from matac_ml.fairness.victims import VictimRows, named_after, relationships, victim_side
from matac_ml.records import Extract
from training.recipe import Recipe
from training.rows import Floats, Ints, Rows
from training.sources import RunSources

#: Attributes by which labels are stressed and victims grouped: few, so that each can be read.
_BY = ("sex", "ethnicity", "age", "deprivation", "area")

#: Labels are many: each is drawn this many times fewer resamples and permutations than the audit itself.
_LIGHTER = 4


@dataclass(frozen=True)
class FairnessContext:
    """Who was ranked on the test lists, and what is known of them.

    Attributes
    ----------
    rows : DataFrame
        ``person_id`` (the identity as of the row's day) and ``as_of`` of every row of the test.
    person : ndarray of int, shape (n,)
        Codes of the rows of ``groups``.
    groups : DataFrame, shape (people, attributes)
        Indexed by person, under the identity that stays at the end.
    con : connection
        With ``audit_pairs`` by the identities known before the first list.
    cut : Cut
        A longer list than the real one, of ``k`` places, so that groups can be told apart.
    """

    extract: Extract
    con: duckdb.DuckDBPyConnection
    test: Rows
    rows: pd.DataFrame
    person: Ints
    groups: pd.DataFrame
    instruments: tuple[Instrument, ...]
    cut: Cut
    k: int

    def chosen(self, instrument: Instrument) -> Floats:
        """Each row's share of a place on the list that this part of the audit looks at."""
        return self.cut.chosen(instrument.score, instrument.probability, self.test.cycle)


def label_facts(context: FairnessContext, sources: RunSources, *, recipe: Recipe) -> tuple[LabelFacts, ...]:
    """The same lists under the outcome predicted and under stricter ones."""
    horizon = sources.outcome.horizon_days
    stricter = stricter_outcomes(horizon)
    days = sorted(set(context.rows["as_of"]))
    known = outcome_table(context.extract, stricter, days, harm=sources.harm, lookback_days=recipe.lookback_days)
    known["as_of"] = pd.to_datetime(known["as_of"])
    keys = context.rows.assign(as_of=pd.to_datetime(context.rows["as_of"]))
    merged = keys.merge(known, on=["person_id", "as_of"], how="left", validate="one_to_one")
    labels = {PREDICTED: (sources.outcome.sentence, context.test.y)}
    labels |= {outcome.name: (outcome.sentence, _happened(merged[outcome.name])) for outcome in stricter}
    named = np.zeros(len(merged))
    named[named_after(context.extract, context.rows, horizon_days=horizon)["row"].to_numpy(dtype=np.int64)] = 1
    name, text = VICTIM_NAMED
    wanted = [name for name in _BY if name in context.groups]
    audited = Audited.of(
        context.person,
        context.groups[wanted],
        resamples=max(20, recipe.resamples // _LIGHTER),
        permutations=max(20, recipe.permutations // _LIGHTER),
        seed=recipe.seed,
        titles=TITLES,
    )
    return label_stress(
        context.instruments, audited, labels=labels | {name: (text, named)}, cycle=context.test.cycle, cut=context.cut
    )


def _happened(column: pd.Series) -> Floats:
    return (column.fillna(0).to_numpy(dtype=np.float64) > 0).astype(np.float64)


def victim_facts(context: FairnessContext, sources: RunSources, *, recipe: Recipe) -> VictimSideFacts | None:
    """Whose perpetrators the lists miss; None when no victim is named after any list."""
    after = named_after(context.extract, context.rows, horizon_days=sources.outcome.horizon_days)
    if after.empty:
        return None
    victim, ids = pd.factorize(after["victim"], sort=True)
    suspect, _ = pd.factorize(after["suspect"], sort=True)
    first_day = min(context.rows["as_of"])
    people = context.extract.people_frame()
    groups = audit_groups(people, list(ids), first_day)
    partners = [str(code) for code in (*CURRENT_PARTNERS, *FORMER_PARTNERS)]
    what = relationships(with_pairs(context.extract), partners).reindex(groups.index)["relationship"]
    groups = groups[[name for name in _BY if name in groups]].assign(relationship=what.fillna("Not stated"))
    rows = VictimRows(
        row=after["row"].to_numpy(dtype=np.int64),
        victim=victim.astype(np.int64),
        suspect=suspect.astype(np.int64),
        groups=groups.reset_index(drop=True),
    )
    listed = {
        instrument.name: (
            instrument.label,
            context.chosen(instrument),
            share_above(instrument.score, context.test.cycle),
        )
        for instrument in context.instruments
    }
    titles = {**TITLES, "relationship": "What the victim is to the suspect"}
    return victim_side(
        listed, rows, titles=titles, rule=context.cut.rule, replicates=recipe.permutations, seed=recipe.seed
    )


def counter_facts(context: FairnessContext) -> CounterAllegationFacts | None:
    """People in both roles, and pairs recorded against each other; None where roles are not known."""
    if "roles" not in context.groups:
        return None
    people = context.extract.people_frame().set_index("person_id")["sex"].astype(str)
    merged = context.extract.merged_as_of(date.max)
    pairs = mutual_pairs(context.con, min(context.rows["as_of"]))
    pairs = pairs.assign(**{name: [merged.get(person, person) for person in pairs[name]] for name in ("one", "other")})
    pairs = pairs[pairs["one"] != pairs["other"]]
    person_id = context.groups.index[context.person]
    place = {
        instrument.name: (
            instrument.label,
            pd.Series(share_above(instrument.score, context.test.cycle)).groupby(person_id).mean(),
        )
        for instrument in context.instruments
    }
    sex = people.reindex(context.groups.index)
    return counter_allegations(
        pairs, questions(pairs, people.to_dict()), instruments=place, roles=context.groups["roles"], sex=sex
    )
