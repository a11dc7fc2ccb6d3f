"""People under MATAC: what is done about them changes what is then recorded."""

import pandas as pd

from matac_ml.facts import SplitFacts
from matac_ml.records import Extract
from matac_ml.wording import span

#: A share of the test rows that is worth a warning.
_SAID_FROM = 0.01


def treated(extract: Extract, keys: pd.DataFrame, *, horizon_days: int) -> pd.Series:
    """Whether the person came under MATAC within the horizon, by the identities known when it closed, as labels are."""
    rows = keys[["person_id", "as_of"]].assign(closes=keys["as_of"] + pd.Timedelta(days=horizon_days))
    found = pd.Series(False, index=keys.index)
    if keys.empty:
        return found
    for con, days in extract.connect_each(day.date() for day in rows["closes"].unique()):
        spells = con.execute("SELECT DISTINCT person_id, start_on FROM management").df()
        stays, then = extract.merged_as_of(days[0]), rows[rows["closes"].isin(pd.to_datetime(days))].reset_index()
        then["person_id"] = [stays.get(identity, identity) for identity in then["person_id"]]
        joined = then.merge(spells, on="person_id")
        start = pd.to_datetime(joined["start_on"])
        found[joined.loc[(start >= joined["as_of"]) & (start < joined["closes"]), "index"]] = True
    return found


def treated_warning(split: SplitFacts, *, managed: int, treated: int) -> tuple[str, ...]:
    """Say how many outcomes may have been changed by what a meeting did about people.

    Empty where fewer than one row in a hundred is such a row: that would be about single people.
    """
    of_whom = (
        (managed, "of people under MATAC on the day"),
        (treated, f"of people who came under MATAC within {span(split.horizon_days)}"),
    )
    rows = split.rows["test"]
    said = [
        f"{count / rows:.0%} of the test rows are {who}" for count, who in of_whom if count >= _SAID_FROM * rows > 0
    ]
    if not said:
        return ()
    return (
        f"{' and '.join(said)}. What was done may have lowered or raised what was then recorded, so results at the top "
        "of the list may be too good or too bad.",
    )
