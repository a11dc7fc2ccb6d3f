"""The paper by which an alarm is referred to the ethics committee: written from a look, the same bytes each time."""

from pathlib import Path

from matac_ml.page import Document, write_prose
from matac_ml.watch.findings import CheckFound, LookFound
from matac_ml.watch.settings import WatchSettings
from matac_ml.watch.words import cycle_began
from matac_ml.wording import day

_TEMPLATE = Path(__file__).parent / "templates" / "referral.md"


def referral_paper(check: CheckFound, found: LookFound, settings: WatchSettings) -> Document:
    """Write the paper about one alarm; it names nobody."""
    fall, rise = check.would_find
    rows = [
        ("Seen in the newest two cycles", check.seen),
        ("Expected in the newest two cycles", check.expected),
        ("First alarm in the cycle from", day(cycle_began(found, check.alarmed_in or 0))),
        ("Smallest fall found within two cycles", _share(fall)),
        ("Smallest rise found within two cycles", _share(rise)),
    ]
    origin = [
        ("Watched from", day(found.begun)),
        ("Watched until", day(found.until)),
        ("Extract", found.data_hash),
        ("Settings", f"{found.settings_name}, {found.settings}"),
    ]
    return write_prose(
        _TEMPLATE,
        {
            "check": check,
            "began": cycle_began(found, check.alarmed_in or 0),
            "rows": rows,
            "origin": origin,
            "band": settings.parts[check.part].band,
            "budget": found.budget,
        },
        {"day": day, "per_mille": lambda value: f"{value:.1%}"},
    )


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"
