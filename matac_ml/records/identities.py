"""Every identifier that one person has had, from the merges of an extract."""

from matac_ml.records.extract import Extract


class EveryIdentity:
    """The same for many people: the merges are read once, and nearly nobody has one.

    Parameters
    ----------
    extract : Extract
        Whose merges hold.
    """

    def __init__(self, extract: Extract) -> None:
        rows = extract.connect().execute("SELECT person_id, stays FROM typed.merged ORDER BY person_id").fetchall()
        self._stays = {str(person_id): str(stays) for person_id, stays in rows}
        self._given_up: dict[str, list[str]] = {}
        for person_id, stays in self._stays.items():
            self._given_up.setdefault(stays, []).append(person_id)

    def __call__(self, person_id: str) -> tuple[str, ...]:
        """Every identifier of one person, as :func:`identities` gives them."""
        stays = self._stays.get(person_id, person_id)
        return (stays, *self._given_up.get(stays, ()))


def identities(extract: Extract, person_id: str) -> tuple[str, ...]:
    """Every identifier of one person.

    Parameters
    ----------
    person_id : str
        Any of them; it need not be in the extract.

    Returns
    -------
    tuple of str
        The identifier that stays, then those that were given up for it, in order. The identifier alone when it was
        never merged.
    """
    con = extract.connect()
    found = con.execute("SELECT stays FROM typed.merged WHERE person_id = ?", [person_id]).fetchone()
    stays = person_id if found is None else str(found[0])
    given_up = con.execute("SELECT person_id FROM typed.merged WHERE stays = ? ORDER BY person_id", [stays]).fetchall()
    return (stays, *(str(identifier) for (identifier,) in given_up))
