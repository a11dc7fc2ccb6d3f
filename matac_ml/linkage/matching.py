"""Pairs of identities that may be one person, with how likely that is: Splink on a DuckDB of its own."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from matac_ml.linkage.evidence import TRAITS, Likeness, Trait

#: One identity in so many is taken to be somebody's second, before anything is compared: stated, not fitted.
ONE_IN = 100
#: Pairs drawn to measure how alike strangers are.
PAIRS_DRAWN = 1_000_000
#: Pairs less likely than this are not kept.
LEAST = 0.01
#: A level that no drawn pair of strangers reached is taken to be reached by so many pairs.
_UNSEEN = 0.5
_BLOCKS = (
    block_on("birth_date"),
    "l.birth_date = r.birth_turned",
    block_on("surname", "forename"),
    block_on("surname", "birth_year", "initial"),
    block_on("forename", "postcode"),
)
COLUMNS = {
    **dict.fromkeys(
        ("person_id", "surname", "forename", "surname_plain", "forename_plain", "initial", "birth_date", "birth_year",
         "birth_turned", "sex", "postcode", "district", "address", "area"),
        pa.string(),
    ),
    "known_as": pa.list_(pa.string()),
    "others": pa.list_(pa.string()),
}  # fmt: skip


@dataclass(frozen=True)
class Matched:
    """What was found.

    Attributes
    ----------
    pairs : list of dict
        ``first`` and ``second`` in alphabetical order, ``probability``, ``weight`` in bits, and for every trait the
        number of its level, None where one side has no value. The most likely first.
    strangers : dict
        Trait to the share of pairs of strangers at each level.
    """

    pairs: list[dict[str, Any]]
    strangers: dict[str, list[float]]


def match(people: pa.Table, *, seed: int) -> Matched:
    """Compare identities that have something in common.

    Parameters
    ----------
    people : pyarrow.Table
        With :data:`COLUMNS`, one row an identity, in order.
    seed : int
        Of the pairs of strangers that are drawn; the same people and seed give the same pairs.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    # One thread: several add up in another order each time.
    safe = {"threads": "1", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(":memory:", config=safe) as con:
        con.register("given", people)
        con.execute("CREATE TABLE people AS FROM given")
        traits = [one for one in TRAITS if _said(con, one)]
        if people.num_rows < 2 or not traits:
            return Matched([], {})
        database = DuckDBAPI(con)
        records = database.register("people")
        drawn = Linker(records, _settings(traits, people.num_rows), log_level=None)
        drawn.training.estimate_u_using_random_sampling(max_pairs=PAIRS_DRAWN, seed=seed)
        strangers = _strangers(drawn.misc.save_model_to_json(), traits, people.num_rows)
        linker = Linker(records, _settings(traits, people.num_rows, strangers), log_level=None)
        found = linker.inference.predict(threshold_match_probability=LEAST)
        asked = ", ".join(f"gamma_{one.name} AS {one.name}" for one in traits)
        rows = con.sql(
            "SELECT least(person_id_l, person_id_r) AS first, greatest(person_id_l, person_id_r) AS second, "
            f"round(match_probability, 6) AS probability, round(match_weight, 3) AS weight, {asked} "
            f"FROM {found.physical_name} ORDER BY probability DESC, weight DESC, first, second"
        ).to_arrow_table()
    return Matched([_levels(row, traits) for row in rows.to_pylist()], strangers)


def _said(con: duckdb.DuckDBPyConnection, one: Trait) -> bool:
    """Whether two people at least have a value."""
    [(count,)] = con.execute(f"SELECT count({one.column}) FROM people").fetchall()
    return bool(count >= 2)


def _settings(traits: Sequence[Trait], people: int, strangers: dict[str, list[float]] | None = None) -> SettingsCreator:
    made = [
        comparisons.CustomComparison(
            output_column_name=one.name,
            comparison_levels=[levels.NullLevel(one.column), *_made(one, (strangers or {}).get(one.name))],
        )
        for one in traits
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="person_id",
        probability_two_random_records_match=min(0.5, 2 / ONE_IN / max(people - 1, 1)),
        comparisons=made,
        blocking_rules_to_generate_predictions=list(_BLOCKS),
        retain_intermediate_calculation_columns=True,
    )


def _made(one: Trait, strangers: list[float] | None) -> Iterator[Any]:
    for place, level in enumerate(one.levels):
        made = _level(level)
        told: dict[str, Any] = {"m_probability": level.m, "label_for_charts": level.words or level.sql or "else"}
        if strangers is not None:
            told["u_probability"] = strangers[place]
        if level.frequency:
            told["tf_adjustment_column"] = level.frequency
            # A rare name does not weigh without end: somebody may have misspelt it twice.
            told["tf_minimum_u_value"] = 1e-5
        yield made.configure(**told)


def _level(level: Likeness) -> Any:
    return levels.CustomLevel(level.sql) if level.sql else levels.ElseLevel()


def _strangers(model: dict[str, Any], traits: Sequence[Trait], people: int) -> dict[str, list[float]]:
    """Share of pairs of strangers at each level; one that none reached gets a floor, so that no weight is endless."""
    floor = _UNSEEN / min(PAIRS_DRAWN, max(people * (people - 1) / 2, 1))
    found = {}
    for one, told in zip(traits, model["comparisons"], strict=True):
        shares = [level.get("u_probability") for level in told["comparison_levels"] if not level.get("is_null_level")]
        # What was not observed comes as a text or as nothing.
        found[one.name] = [round(max(float(u), floor), 9) if isinstance(u, float | int) else floor for u in shares]
    return found


def _levels(row: dict[str, Any], traits: Sequence[Trait]) -> dict[str, Any]:
    """Splink counts levels from the least alike, and -1 is nothing; ours count from the most alike."""
    kept = {name: row[name] for name in ("first", "second", "probability", "weight")}
    for one in TRAITS:
        level = row.get(one.name, -1)
        kept[one.name] = len(one.levels) - 1 - level if one in traits and level >= 0 else None
    return kept
