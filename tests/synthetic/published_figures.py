"""Published figures that a made-up force claims to match, each measured on what is generated.

A target names its source as the page that states it. Figures of different forces and years do not agree with each
other, so no one force can match them all: those that are only shown beside the generated value say so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from matac_ml.synthetic.force import make_force
from matac_ml.synthetic.settings import NORTHUMBRIA_2011_12, NORTHUMBRIA_INCIDENTS, NORTHUMBRIA_YEARS

NORTHUMBRIA, ORDINARY, SIX_YEARS = "northumbria-2011-2013", "default, 3 years", "default, 6 years"
FORCES: Mapping[str, tuple[str, int, float]] = {
    NORTHUMBRIA: ("northumbria-2011-2013", NORTHUMBRIA_INCIDENTS, NORTHUMBRIA_YEARS),
    ORDINARY: ("default", 36_000, 3.0),
    SIX_YEARS: ("default", 36_000, 6.0),
}

PCC_2015 = "Northumbria PCC, 2 April 2015"
FOI_170 = "Northumbria FOI 170/13"
FOI_1007 = "Northumbria FOI 1007/15"
N8_2017 = "N8 Policing Research Partnership slides (Alderson), 2017"
ONS_2023 = "ONS, domestic abuse in England and Wales, November 2023"
ONS_VICTIMS = "ONS, domestic abuse victim characteristics, year ending March 2022"
SUFFOLK = "Bland and Ariel 2015, abstract"
THAMES_VALLEY = "Barnham, Barnes and Sherman 2017, abstract"


@dataclass(frozen=True)
class MadeUp:
    """Tables of a made-up force, as pandas frames, for measuring."""

    folder: Path

    def _table(self, name: str, dates: tuple[str, ...] = ()) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", dtype={"offence_code": "str"}, parse_dates=list(dates))

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """The incidents."""
        return self._table("incidents", ("occurred_on", "recorded_on"))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row an incident, suspect and victim: ``suspect``, ``victim``, ``intimate`` and the incident's columns."""
        rows = self._table("involvements")
        merged = self._table("merges").set_index("person_id")["merged_into"]
        rows["person_id"] = rows["person_id"].map(merged).fillna(rows["person_id"])
        victims = rows[rows["role"] == "victim"][["incident_id", "person_id", "relationship"]]
        suspects = rows[rows["role"] == "suspect"][["incident_id", "person_id"]]
        pairs = victims.merge(suspects, on="incident_id", suffixes=("_victim", "_suspect"))
        pairs["intimate"] = pairs["relationship"].str.contains("partner|spouse|intimate")
        return pairs.rename(columns={"person_id_victim": "victim", "person_id_suspect": "suspect"}).merge(
            self.incidents, on="incident_id"
        )

    @cached_property
    def sex(self) -> pd.Series:
        """Sex by person."""
        return self._table("people").set_index("person_id")["sex"]

    def serial_victims(self) -> pd.Index:
        """Victims of two or more different suspects."""
        return (suspects := self.pairs.groupby("victim")["suspect"].nunique())[suspects >= 2].index

    def incidents_of_serial_victims(self) -> float:
        """Incidents that involve a serial victim."""
        return float(self.pairs.loc[self.pairs["victim"].isin(self.serial_victims()), "incident_id"].nunique())

    def first_year(self, area: str | None = None, *, crimes: bool = False) -> float:
        """Incidents recorded in the first 366 days, or the crimes among them, in one area or in all."""
        rows = self.incidents
        rows = rows[rows["recorded_on"] < rows["recorded_on"].min() + pd.Timedelta(days=366)]
        rows = rows if area is None else rows[rows["area"] == area]
        return float(rows["is_crime"].sum() if crimes else len(rows))

    def share(self, column: str) -> float:
        """Share of incidents with a flag, in per cent."""
        return float(self.incidents[column].mean() * 100)

    def share_of_sex(self, who: str, sex: str, rows: pd.DataFrame) -> float:
        """Share of the rows in which the suspect or the victim has a sex, in per cent."""
        return float((rows[who].map(self.sex) == sex).mean() * 100)

    def repeats_of_pairs(self) -> pd.Series:
        """Incidents of each pair of suspect and victim."""
        return self.pairs.groupby(["suspect", "victim"]).size()

    def without_later_crime(self) -> float:
        """Share of suspects followed for 731 days with no crime in them after the first incident, in per cent."""
        rows = self.pairs.drop_duplicates("incident_id")[["suspect", "occurred_on", "is_crime"]]
        first = rows.groupby("suspect")["occurred_on"].transform("min")
        followed = first <= self.incidents["occurred_on"].max() - pd.Timedelta(days=731)
        later = (rows["occurred_on"] > first) & (rows["occurred_on"] <= first + pd.Timedelta(days=731))
        again = rows[followed & later & rows["is_crime"]]["suspect"].nunique()
        return float(100 * (1 - again / rows.loc[followed, "suspect"].nunique()))


@dataclass(frozen=True, slots=True)
class Target:
    """A published figure and how it is measured on a made-up force.

    ``tolerance`` is the largest distance from the published figure, in its own unit; ``None`` where the figure is shown
    and not claimed.
    """

    force: str
    quantity: str
    published: float
    tolerance: float | None
    source: str
    measure: Callable[[MadeUp], float]
    published_as: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedTarget:
    """A target beside what was generated."""

    target: Target
    generated: float

    @property
    def met(self) -> bool | None:
        """Whether the generated figure is within the tolerance; ``None`` where nothing is claimed."""
        if self.target.tolerance is None:
            return None
        return abs(self.generated - self.target.published) <= self.target.tolerance


def _area_targets() -> list[Target]:
    return [
        Target(
            NORTHUMBRIA,
            f"{'crimes' if crimes else 'incidents'} in a year, {area}",
            count,
            3.5 * count**0.5,
            FOI_170,
            lambda made, area=area, crimes=crimes: made.first_year(area, crimes=crimes),  # type: ignore[misc]
        )
        for area, pair in NORTHUMBRIA_2011_12.items()
        for count, crimes in zip(pair, (False, True), strict=True)
    ]


TARGETS: tuple[Target, ...] = (
    Target(NORTHUMBRIA, "serial victims in 33 months", 2622, 105, PCC_2015, lambda f: float(len(f.serial_victims()))),
    Target(NORTHUMBRIA, "incidents that involve them", 9850, 250, PCC_2015, MadeUp.incidents_of_serial_victims,
           published_as="almost 10,000"),
    Target(NORTHUMBRIA, "incidents in a year", 27683, 700, FOI_170, MadeUp.first_year),
    Target(NORTHUMBRIA, "of which crimes", 4090, 200, FOI_170, lambda f: f.first_year(crimes=True)),
    *_area_targets(),
    Target(ORDINARY, "children present, % of incidents", 37.4, 1.0, N8_2017, lambda f: f.share("children_present")),
    Target(ORDINARY, "recorded as crimes, % of incidents", 61.2, 1.0, ONS_2023, lambda f: f.share("is_crime")),
    Target(ORDINARY, "partner or ex-partner: female victims, %", 84.2, 1.5, FOI_1007,
           lambda f: f.share_of_sex("victim", "female", f.pairs[f.pairs["intimate"]])),
    Target(ORDINARY, "partner or ex-partner: male suspects, %", 84.4, 1.5, FOI_1007,
           lambda f: f.share_of_sex("suspect", "male", f.pairs[f.pairs["intimate"]])),
    Target(ORDINARY, "crimes: female victims, %", 74.1, 1.5, ONS_VICTIMS,
           lambda f: f.share_of_sex("victim", "female", f.pairs[f.pairs["is_crime"]])),
    Target(SIX_YEARS, "pairs with no repeat, %", 76.0, 1.5, SUFFOLK,
           lambda f: float((f.repeats_of_pairs() == 1).mean() * 100)),
    Target(SIX_YEARS, "pairs with five incidents or more", 727, 150, SUFFOLK,
           lambda f: float((f.repeats_of_pairs() >= 5).sum())),
    Target(SIX_YEARS, "suspects with no crime in the 731 days after the first report, %", 77.6, None, THAMES_VALLEY,
           MadeUp.without_later_crime),
    Target(SIX_YEARS, "incidents a suspect", 140998 / 52296, None, THAMES_VALLEY,
           lambda f: len(f.incidents) / f.pairs["suspect"].nunique()),
)  # fmt: skip


def measure_all(*, seed: int) -> list[ComparedTarget]:
    """Make the forces of :data:`FORCES` in a temporary folder and measure every target on them."""
    rows = []
    with TemporaryDirectory() as folder:
        for name, (preset, incidents, years) in FORCES.items():
            out = Path(folder) / name
            make_force(out, incidents=incidents, years=years, seed=seed, preset=preset)
            made = MadeUp(out)
            rows += [ComparedTarget(target, target.measure(made)) for target in TARGETS if target.force == name]
    return rows


def calibration_table(rows: list[ComparedTarget]) -> str:
    """Target against generated, as a Markdown table."""
    words = {True: "yes", False: "NO", None: "not claimed"}
    lines = ["| force | quantity | published | generated | tolerance | within | source |",
             "|---|---|--:|--:|--:|---|---|"]  # fmt: skip
    for row in rows:
        target = row.target
        published = target.published_as or _figure(target.published)
        tolerance = "" if target.tolerance is None else _figure(target.tolerance)
        lines.append(
            f"| {target.force} | {target.quantity} | {published} | {_figure(row.generated)} | {tolerance} "
            f"| {words[row.met]} | {target.source} |"
        )
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}"
