"""``python -m features.worked_people``: what came of each worked person where it is not what was expected."""

import sys

from features.catalogue import CATALOGUE
from features.worked_people import HARM_INDEX, TODAY, WORKED_PEOPLE
from features.worked_people.expecting import differences, expected_values, unworked
from features.worked_people.telling import identity, tables_of
from matac_ml.asof import person_features, person_file_from_records
from matac_ml.harm import load_harm_index


def main() -> int:
    """Print a line for every value that is not the one expected; the exit code is 1 when there is one."""
    harm, lines = load_harm_index(HARM_INDEX), []
    for person in WORKED_PEOPLE:
        file = person_file_from_records(tables_of([person]), identity(person))
        came = person_features(file, CATALOGUE, TODAY, harm=harm)
        lines += differences(person, expected_values(person, WORKED_PEOPLE, CATALOGUE), came)
    lines += [f"nobody gives a value of {name} other than its default" for name in unworked(WORKED_PEOPLE, CATALOGUE)]
    said = f"{len(WORKED_PEOPLE)} people, {len(CATALOGUE)} features: every value is the one expected."
    print("\n".join(lines) or said)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
