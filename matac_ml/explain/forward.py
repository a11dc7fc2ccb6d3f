"""The only counterfactual offered: what the scores would be if nothing further were recorded."""

#: Four weeks, a quarter and half a year: one, three and six or seven meetings from now.
FORWARD_DAYS = (28, 90, 182)

FORWARD_TEXT = (
    "If nothing further were recorded. Points and probability fall with time alone, because recency fades and windows "
    "close: a fall is no effect of anything done, and it is no forecast that nothing will be recorded."
)
