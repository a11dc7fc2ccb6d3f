"""Features of officers complained of, in the product's own language."""

from matac_ml.spec import Aggregate, Condition, Family, Feature, View, among, is_true

GROUPS = ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "14", "15", "18")
MARKS = ("", "D", "F", "DF")
#: The longest looks at everything the register holds.
WINDOWS = (182, 365, 730, 1095, 3650)
WHY = "A recorded complaint about this officer."
SOURCE = "The register itself."


def group(*names: str) -> Condition:
    """Complaints of these groups, whatever their marks."""
    return among(
        "offence_code", *(f"C{n}{m}" for n in names for m in MARKS), words="of the group " + " or ".join(names)
    )


DOMESTIC = among("offence_code", *(f"C{n}{m}" for n in GROUPS for m in ("D", "DF")), words="that are domestic")
OFF_DUTY = among("offence_code", *(f"C{n}{m}" for n in GROUPS for m in ("F", "DF")), words="off duty")
SERIOUS = is_true("is_crime")


_SAID = {
    Aggregate.COUNT: "{value} complaints",
    Aggregate.DAYS_SINCE_LAST: "{value} since the latest of the complaints",
    Aggregate.DAYS_SINCE_FIRST: "{value} since the first of the complaints",
    Aggregate.MEAN_GAP: "{value} on average between one and the next of the complaints",
    Aggregate.LAPLACE: "{value}: how late in the window fall the complaints",
}


def _sentence(aggregate: Aggregate, window: int, where: tuple[Condition, ...]) -> str:
    kinds = "".join(f" {'called serious' if condition == SERIOUS else condition.read()}" for condition in where)
    return f"{_SAID[aggregate]}{kinds} in the last {window:,} days."


def _feature(
    name: str, family: Family, aggregate: Aggregate, window: int, direction: int, *where: Condition
) -> Feature:
    return Feature(
        name=name,
        family=family,
        view=View.SUSPECT,
        aggregate=aggregate,
        window_days=window,
        direction=direction,
        where=where,
        sentence=_sentence(aggregate, window, where),
        allowed_because=WHY,
        source=SOURCE,
    )


_KINDS: tuple[tuple[str, tuple[Condition, ...]], ...] = (
    ("complaints", ()),
    ("serious", (SERIOUS,)),
    ("domestic", (DOMESTIC,)),
    ("off_duty", (OFF_DUTY,)),
    ("force", (group("05"),)),
    ("search", (group("03"),)),
    ("neglect", (group("10"),)),
    ("arrest", (group("04"),)),
    ("verbal", (group("01"),)),
    ("other", (group("07", "09", "12", "14"),)),
)
_COUNT, _LAST, _FIRST = Aggregate.COUNT, Aggregate.DAYS_SINCE_LAST, Aggregate.DAYS_SINCE_FIRST

SERVICE = Feature(
    name="days_on_the_force",
    family=Family.CONTEXT,
    view=View.SUSPECT,
    aggregate=Aggregate.DAYS_AT_RISK,
    window_days=None,
    direction=0,
    sentence="{value} since this officer was appointed.",
    missing="The day of appointment is not on record.",
    allowed_because="How long complaints could be recorded at all; it is a day of appointment, not an age.",
    source=SOURCE,
)

CATALOGUE: tuple[Feature, ...] = (
    *(_feature(f"last_{n}", Family.RECENCY, _LAST, 3650, -1, *where) for n, where in _KINDS[:6]),
    _feature("first", Family.RECENCY, _FIRST, 1095, 0),
    _feature("first_ever", Family.RECENCY, _FIRST, 3650, 0),
    *(_feature(f"{n}_{w}d", Family.FREQUENCY, _COUNT, w, 1, *where) for n, where in _KINDS for w in WINDOWS),
    _feature("trend", Family.ESCALATION, Aggregate.LAPLACE, 1095, 0),
    _feature("mean_gap", Family.ESCALATION, Aggregate.MEAN_GAP, 1095, 0),
    SERVICE,
)
