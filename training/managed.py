"""People under MATAC: what is done about them changes what is then recorded."""

import pandas as pd

from matac_ml.records import Extract


def treated(extract: Extract, keys: pd.DataFrame, *, horizon_days: int) -> pd.Series:
    """Whether the person came under MATAC within the horizon."""
    spells = extract.connect().execute("SELECT DISTINCT person_id, start_on FROM management").df()
    if spells.empty:
        return pd.Series(False, index=keys.index)
    rows = keys[["person_id", "as_of"]].reset_index().merge(spells, on="person_id")
    start = pd.to_datetime(rows["start_on"])
    inside = (start >= rows["as_of"]) & (start < rows["as_of"] + pd.Timedelta(days=horizon_days))
    return pd.Series(keys.index.isin(rows.loc[inside, "index"]), index=keys.index)


def treated_warning(*, managed: int, later: int, rows: int, horizon_days: int) -> tuple[str, ...]:
    """Say how many outcomes were changed by what a meeting did about people; empty when none was."""
    said = []
    if managed:
        said.append(f"{managed:,} of {rows:,} test rows are of people under MATAC on the day")
    if later:
        said.append(f"{later:,} of {rows:,} test rows are of people who came under MATAC within {horizon_days} days")
    if not said:
        return ()
    return (
        f"{' and '.join(said)}. What was done may have lowered or raised what was then recorded, so results at the top "
        "of the list may be too good or too bad.",
    )
