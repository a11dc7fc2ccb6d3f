"""Places of areas as somebody types them."""

from collections.abc import Iterable

from matac_ml.errors import UsageError


def read_quotas(given: Iterable[str]) -> dict[str, int]:
    """Area to places, from texts like ``North=4``; an area's own name may hold the sign.

    Raises
    ------
    UsageError
        A text is none, or names an area a second time.

    Examples
    --------
    >>> read_quotas(["North=4", " West=East = 2 "])
    {'North': 4, 'West=East': 2}
    """
    quotas: dict[str, int] = {}
    for text in given:
        area, sign, places = (part.strip() for part in text.rpartition("="))
        if not sign or not (places.isascii() and places.isdecimal()) or not area or area in quotas:
            raise UsageError("Places by area must be AREA=PLACES, with a whole number of places, once for each area.")
        quotas[area] = int(places[:6])
    return quotas
