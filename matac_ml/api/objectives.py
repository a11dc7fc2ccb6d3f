"""What the service answers about the five objectives: shared by the service and its client."""

from datetime import date

from pydantic import Field

from matac_ml.facts import Fact


class IndicatorAnswer(Fact):
    """One indicator of a quarter, protected."""

    objective: str
    what: str
    now: str = Field(description="In the quarter, in words; [c] where the numbers are too small to show.")
    then: str = Field(
        description="Of the same people, in as many days before they were taken into a cohort; empty where there is no "
        "such time. It is not a comparison with people who were not picked."
    )


class ObjectivesAnswer(Fact):
    """The five objectives in a quarter. No person is in it."""

    quarter: str
    first: date
    last: date
    records_to: date = Field(description="Where it lies before the last day, the quarter is not over in the records.")
    warning: str
    indicators: tuple[IndicatorAnswer, ...]
    lists: int = Field(description="Lists that were drawn: what an estimate of the effect will need is kept with each.")
    lists_by_lot: int
