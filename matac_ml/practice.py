"""The numbers that practice and policy set, each named once: whoever changes one changes it everywhere."""

#: Days looked back on, where neither policy nor model says otherwise: three years.
LOOKBACK_DAYS = 1095
#: Days from one meeting to the next: four weeks.
CYCLE_DAYS = 28
#: Days after a list in which records count, where nobody says otherwise: half a year.
HORIZON_DAYS = 182
#: A programme lasts so many weeks (Northamptonshire, 2019) unless the toolkit or the plan says otherwise.
PROGRAMME_WEEKS = 17
#: A reason shorter than this explains nothing. Counted in characters that can be seen.
REASON_CHARACTERS = 10
#: Nor does one of fewer different letters: dots, digits, or one letter again and again.
REASON_LETTERS = 3
#: An approval lasts so many days at most: a year. One that names no last day, as they did before, ends then.
APPROVAL_DAYS = 365
