"""The audit of a run: matrix and model alike, on the test rows, by what the extract holds of the people."""

import numpy as np
import pandas as pd

from matac_ml.codes import NOT_STATED
from matac_ml.facts import AuditFacts
from matac_ml.fairness import Cut, Instrument, audit, audit_groups
from matac_ml.fairness.history import groups_of_history, with_pairs
from matac_ml.recording import recording_of_run
from matac_ml.records import Extract
from training.compare import Comparison, Progress, silent
from training.dataset import Dataset
from training.fairness_context import FairnessContext, counter_facts, label_facts, victim_facts
from training.mitigation import mitigate
from training.proxies import proxy_facts
from training.recipe import Recipe
from training.sources import RunSources

#: How many times longer the lists are that are audited beside the real ones: ten places show little about anybody.
LONGER = 10


def audit_run(
    extract: Extract,
    sources: RunSources,
    dataset: Dataset,
    found: Comparison,
    *,
    recipe: Recipe,
    progress: Progress = silent,
) -> AuditFacts | None:
    """Audit the matrix and the chosen model; None when the extract holds nothing to group people by."""
    context = _ranked(extract, dataset, found)
    if context.groups.empty or not len(context.groups.columns):
        return None
    facts = audit(
        context.instruments,
        outcome=found.test.y,
        person=context.person,
        cycle=found.test.cycle,
        groups=context.groups.reset_index(drop=True),
        k=found.k,
        other_cuts=(context.cut,),
        resamples=recipe.resamples,
        permutations=recipe.permutations,
        seed=recipe.seed,
    )
    progress("audit other outcomes, the victims' side and people in both roles")
    beneath: dict[str, object] = {
        "labels": label_facts(context, sources, recipe=recipe),
        "victim_side": victim_facts(context, sources, recipe=recipe),
        "counter_allegations": counter_facts(context),
        "recording": recording_of_run(extract, permutations=recipe.permutations, seed=recipe.seed),
    }
    if recipe.proxies:
        progress("test how well the features tell groups apart")
        beneath["proxies"] = proxy_facts(context, found[found.chosen].fitted.scores.features, recipe=recipe)
    attribute = recipe.mitigation.attribute
    if attribute in context.groups:
        progress(f"fit what would even out {attribute}, and what it costs")
        everybody = audit_groups(extract.people_frame(), dataset.people, dataset.split.test[0])
        group = everybody[attribute] if attribute in everybody else context.groups[attribute].reindex(everybody.index)
        group = group.fillna(NOT_STATED)
        beneath["mitigation"] = mitigate(context, dataset.folds, found, group, recipe=recipe)
    return facts.model_copy(update=beneath)


def _ranked(extract: Extract, dataset: Dataset, found: Comparison) -> FairnessContext:
    """Everybody on the test lists, with their groups and what matrix and model say of them."""
    test = found.test
    codes, first, person = np.unique(test.person, return_index=True, return_inverse=True)
    ids, day = [dataset.people[code] for code in codes], dataset.split.test[0]
    identities = np.array(dataset.identities, dtype=object)[test.identity]
    con = with_pairs(extract, as_of=day)
    # What was known of whom the list showed: nobody knew then of another identity of the same person.
    history = groups_of_history(con, day).reindex(identities[first]).set_axis(ids)
    groups = audit_groups(extract.people_frame(), ids, day, history=history)
    chosen = found[found.chosen]
    instruments = [Instrument("model", chosen.label, chosen.score, chosen.probability)]
    if "matrix" in found:
        instruments.insert(0, Instrument("matrix", found["matrix"].label, found["matrix"].score))
    rows = pd.DataFrame(
        {
            "person_id": identities,
            "as_of": [test.dates[cycle] for cycle in test.cycle],
        }
    )
    return FairnessContext(
        extract,
        con,
        test,
        rows,
        person.astype(np.int64),
        groups,
        tuple(instruments),
        Cut(places=LONGER * found.k),
        found.k,
    )
