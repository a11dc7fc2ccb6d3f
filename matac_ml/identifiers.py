"""What programs write instead of an identifier: many people under one key, or one person under a wrong one.

The patterns are read by DuckDB and by Python alike. A value that is none is a fault wherever identifiers are read; what
people write for somebody who is not known is only reported (:mod:`matac_ml.records.doubtful`).
"""

import re

#: What programs write where there is no value, or instead of one. Compared without signs and spaces, in lower case.
NO_VALUE = (
    "null|none|nan|na|nil|nat|undefined|true|false|inf|infinity|nan(ind|snan|qnan)|1(qnan|snan|ind|inf)|"
    "(system)?dbnull|objectobject|na(character|integer|real)"
)
#: What people write for somebody who is not known, compared as NO_VALUE is. In records a real person can look so.
PLACEHOLDERS = (
    "(unknown|unidentified|unnamed|notknown|notrecorded|notstated|notgiven|notprovided|notavailable|notapplicable|"
    "anonymous|anonymised|redacted|withheld|nonegiven|noname|nonominal|nosuspect|novictim|dummy|placeholder).*|"
    "unk|uk|u|nk|nr|ns|np|anon|tbc|tba|tbd|pending|missing|blank|empty|default|test|testperson|testnominal|"
    "personunknown|personsunknown|suspectunknown|victimunknown|offenderunknown|maleunknown|femaleunknown|"
    "x{1,9}|z{2,9}|various|multiple|several|others?|another|someone|somebody|nobody|crown|regina|rex|thecrown|police|"
    "public|johndoe|janedoe|joebloggs|dk|dontknow|notonfile|notidentified|(to|yetto)be[a-z]+|"
    "((unk|uk|u|nk)?(male|female|man|woman|boy|girl|child|person|suspect|offender|victim))s?|"
)
#: What a spreadsheet shows where a formula failed.
ERROR = "#(REF|VALUE|NAME|DIV/0|NUM|NULL|N/A|SPILL|CALC|ERROR|FIELD|BLOCKED|CONNECT|UNKNOWN)[!?]?"
#: What a spreadsheet or data frame makes of a number with more digits than it keeps.
LOST = "[+-]?[0-9]([.][0-9]+)?[eE][+-]?[0-9]{1,3}|-?[0-9]{16,}[.]0*"
SIGNS = r"[ \t./\\()\[\]<>#_*\"\x27!?:-]"

_ERROR_OR_NULL = re.compile(rf"{ERROR}|\\N")
_NO_VALUE = re.compile(NO_VALUE)
_PLACEHOLDER = re.compile(PLACEHOLDERS)
_LOST = re.compile(LOST)
_SIGN = re.compile(SIGNS)


def is_no_value(text: str) -> bool:
    """Whether a text is what a program writes where there is no value.

    Examples
    --------
    >>> [is_no_value(text) for text in ("NULL", "n/a", "<NA>", "#REF!", "P1", "Nan Jones")]
    [True, True, True, True, False, False]
    """
    return bool(_ERROR_OR_NULL.fullmatch(text) or _NO_VALUE.fullmatch(_SIGN.sub("", text).lower()))


def is_placeholder(text: str) -> bool:
    """Whether a text is what people write for somebody who is not known, or holds nothing but signs.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("UNKNOWN", "U/K", "Unknown male", "???", "P1", "Ukwu")]
    [True, True, True, True, False, False]
    """
    return bool(_PLACEHOLDER.fullmatch(_SIGN.sub("", text).lower()))


def has_lost_digits(text: str) -> bool:
    """Whether a text is a number whose last digits a program dropped.

    Examples
    --------
    >>> [has_lost_digits(text) for text in ("1.2E+15", "1e15", "12345678901234567.0", "123456789012345678")]
    [True, True, True, False]
    """
    return _LOST.fullmatch(text) is not None
