"""``HarmIndex``: one version of one table of offence to days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from matac_ml.codes import normalise_offence_code
from matac_ml.yamltext import yaml_text


@dataclass(frozen=True)
class Group:
    """Offence codes that share a number of days.

    Attributes
    ----------
    name : str
    days : Decimal
        At least 0, in hundredths at most.
    codes : tuple of str
        Normalised offence codes.
    """

    name: str
    days: Decimal
    codes: tuple[str, ...]


@dataclass(frozen=True)
class HarmIndex:
    """Days by offence code, with the version that stands on every score.

    Attributes
    ----------
    label : str
        What in it is published and what is a choice made here.
    source : str
        Where the days come from.
    non_crime_days : Decimal
        Days of an incident that is not a crime: no index has one, so it is a choice of policy.
    unmapped_days : Decimal or None
        Days of a crime whose code the index does not hold; None leaves its harm missing.
    count_proactive : bool
        Whether offences that police work found, not a report, have harm; the Cambridge index leaves them out, because
        they measure the police.
    """

    name: str
    version: str
    label: str
    source: str
    groups: tuple[Group, ...]
    non_crime_days: Decimal
    unmapped_days: Decimal | None = None
    count_proactive: bool = False

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of the group that holds a normalised offence code; of an official index, the offence's own."""
        return {code: group.name for group in self.groups for code in group.codes}

    @property
    def days(self) -> Mapping[str, Decimal]:
        """Days by normalised offence code, in the order of the codes."""
        return dict(sorted((code, group.days) for group in self.groups for code in group.codes))

    def days_of(self, offence_code: str | None, *, is_crime: bool = True) -> Decimal | None:
        """Days of one offence; None when the index does not hold it and has no value for unknown codes."""
        if not is_crime:
            return self.non_crime_days
        code = normalise_offence_code(offence_code) if offence_code else ""
        return self.days.get(code, self.unmapped_days)

    def unmapped(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Codes that the index does not hold, each once, in order."""
        known = self.days
        return tuple(sorted({code for code in map(normalise_offence_code, codes) if code not in known}))

    def to_yaml(self) -> str:
        """The index as the file that :func:`~matac_ml.harm.load_harm_index` reads back to an equal index."""
        raw = {
            "name": self.name,
            "version": self.version,
            "label": self.label,
            "source": self.source,
            "non_crime_days": str(self.non_crime_days),
            "unmapped_days": None if self.unmapped_days is None else str(self.unmapped_days),
            "count_proactive": self.count_proactive,
            "groups": [{"name": g.name, "days": str(g.days), "codes": list(g.codes)} for g in self.groups],
        }
        return yaml_text(raw)
