"""The format of a bundle, and how large its numbers and days may be: no sum or product of them overflows in a score."""

#: Raised by one whenever an older reader could misread a newer bundle, or a newer reader an older bundle.
#: 2: the look-back is in ``model.json``. 3: a gate in ``facts.json`` has a name and says when it could not be judged.
#: 4: ``facts.json`` says ``false_negative_rate`` where it said ``miss_rate``. 5: a model may be step curves, whose
#: points table ``facts.json`` holds, and no family is hidden. 6: ``interval.csv`` holds the reach of an interval beside
#: the calibration line, ``facts.json`` how the calibration held, what the features say of stricter outcomes and the
#: audit of recording, a gate may name the measure that it holds against the matrix's, and a model of curves may
#: hold pairs. 7: ``facts.json`` names the dates that see less than the look-back. 8: it holds net benefit. 9: and where
#: ranks lie when the model is fitted again.
FORMAT = 9

#: Coefficients, leaves, slopes and what they are scaled by: at most this, in size.
LARGEST = 1e12
#: Feature values: beyond this a product with a coefficient could overflow.
LARGEST_VALUE = 1e15
#: Windows, horizons and look-backs: at most a hundred years.
LONGEST_DAYS = 36_525
