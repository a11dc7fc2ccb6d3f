"""The definitions: what the system may know about a person, one file per family.

``CATALOGUE`` is the ordered list, ``OUTCOMES`` what may be predicted, ``DECIDED_AGAINST`` what is left out and why.
"""

from features.catalogue import CATALOGUE
from features.decided_against import DECIDED_AGAINST
from features.outcomes import OUTCOMES

__all__ = ["CATALOGUE", "DECIDED_AGAINST", "OUTCOMES"]
