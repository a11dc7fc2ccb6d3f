"""Where somebody is listed: the area of the latest domestic incident, as suspect where there is one, else as victim."""

from datetime import date

from matac_ml.records import Extract

# In the order of the lists: of several incidents on one day the last by identifier; a suspect's own before a victim's.
_LATEST = """
SELECT v.person_id, arg_max(i.area, (v.role <> 'victim', i.occurred_on, i.incident_id))
FROM involvements v JOIN incidents i ON i.incident_id = v.incident_id
WHERE i.domestic AND i.area IS NOT NULL AND v.recorded_on < $as_of AND i.recorded_on < $as_of AND i.occurred_on < $as_of
GROUP BY v.person_id
"""


def latest_areas(extract: Extract, as_of: date) -> dict[str, str]:
    """Person to area; nobody of whom no incident says where it was."""
    rows = extract.connect(as_of=as_of).execute(_LATEST, {"as_of": as_of}).fetchall()
    return {str(person): str(area) for person, area in rows}
