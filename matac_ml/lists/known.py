"""What the records of a day say of one person on a list: the incidents counted, and why a meeting cannot take them."""

import json
from collections.abc import Mapping
from datetime import timedelta

from matac_ml.asof import Incident, PersonView
from matac_ml.casework.entry import digest_of
from matac_ml.explain.cautions import LEFT_OUT, too_young
from matac_ml.rfg import Policy

#: Characters of a fingerprint: 48 bits, enough to tell two versions of one incident apart.
_FINGERPRINT = 12


def counted(view: PersonView, policy: Policy) -> dict[str, Incident]:
    """Domestic incidents as suspect in the policy's window, by identifier, oldest first."""
    first = view.t - timedelta(days=policy.entry.window_days)
    return {incident.incident_id: incident for incident in reversed(view.as_suspect) if incident.occurred_on >= first}


def fingerprint(incident: Incident) -> str:
    """A short hash of what was known of an incident: another one means that something was corrected or added."""
    known = [
        incident.occurred_on.isoformat(),
        incident.recorded_on.isoformat(),
        incident.is_crime,
        incident.offence_code,
        incident.part,
        incident.values.get("outcome_code"),
        sorted(other.person_id for other in incident.others),
    ]
    return digest_of(json.dumps(known, ensure_ascii=False))[:_FINGERPRINT]


def fingerprints(incidents: Mapping[str, Incident]) -> dict[str, str]:
    """The fingerprint of each incident."""
    return {incident_id: fingerprint(incident) for incident_id, incident in incidents.items()}


def not_eligible(view: PersonView, policy: Policy) -> tuple[str, ...]:
    """Why a meeting cannot take the person, whatever the policy leaves out: age, death, custody, management."""
    age = view.age_years
    young = age is not None and age < policy.eligibility.minimum_age
    holds = {"deceased": view.has_died, "managed": view.under_management, "in_custody": view.in_custody}
    return (*([too_young(policy)] if young else []), *(words for flag, words in LEFT_OUT.items() if holds[flag]))
