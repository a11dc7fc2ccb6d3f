"""Counts as they leave a watch: rounded at random to a hundred, and none below two hundred."""

from matac_ml.fairness.disclosure import MARK, NOT_SHOWN, RECORDS_BASE, Rounding


def shown_count(value: float, secret: str, *key: str) -> str:
    """A count of records as it may be shown: one person can be in many records.

    Parameters
    ----------
    secret : str
        What the rounding follows from: the hash of the extract, which changes whenever the records do.
    """
    rounded = Rounding(secret).count(value, *key, base=RECORDS_BASE)
    return MARK if rounded == NOT_SHOWN else f"about {rounded:,}"
