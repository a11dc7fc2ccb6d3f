"""The audit of a run: matrix and model alike, on the test rows, by what the extract holds of the people."""

import numpy as np

from matac_ml.fairness import AuditFacts, Cut, Instrument, audit, audit_groups
from matac_ml.fairness.history import groups_of_history, with_pairs
from matac_ml.records import Extract
from training.compare import Comparison
from training.dataset import Dataset
from training.recipe import Recipe

#: How many times longer the lists are that are audited beside the real ones: ten places show little about anybody.
LONGER = 10


def audit_run(extract: Extract, dataset: Dataset, found: Comparison, *, recipe: Recipe) -> AuditFacts | None:
    """Audit the matrix and the chosen model; None when the extract holds nothing to group people by."""
    test = found.test
    codes, person = np.unique(test.person, return_inverse=True)
    ids = [dataset.people[code] for code in codes]
    history = groups_of_history(with_pairs(extract), dataset.split.test[0])
    groups = audit_groups(extract.people_frame(), ids, dataset.split.test[0], history=history).reset_index(drop=True)
    if groups.empty or not len(groups.columns):
        return None
    chosen = found[found.chosen]
    instruments = [Instrument("model", chosen.label, chosen.score, chosen.probability)]
    if "matrix" in found:
        instruments.insert(0, Instrument("matrix", found["matrix"].label, found["matrix"].score))
    return audit(
        tuple(instruments),
        outcome=test.y,
        person=person.astype(np.int64),
        cycle=test.cycle,
        groups=groups,
        k=found.k,
        other_cuts=(Cut(places=LONGER * found.k),),
        resamples=recipe.resamples,
        permutations=recipe.permutations,
        seed=recipe.seed,
    )
