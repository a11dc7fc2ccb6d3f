"""The addresses of pages to which somebody may be sent on: our own, and none that a link could smuggle in."""

import re

_PAGE = re.compile(
    r"/|/(people|papers|versions|purpose|cases|refer|judging|agreement|meetings|programme|packs|victims|drawn|many-victims|actions)"
    r"|/challenges|/objectives|/papers/objectives/20[0-9]{2}-Q[1-4]"
    r"|/lists/L-[0-9a-f]{32}|/people/N-[0-9a-f]{32}|/(cases/C|meetings/M|victims/V)-[0-9a-f]{32}|/drawn/[0-9]{1,9}"
    r"|/board|/inventory|/model-incidents|/watch|/board/papers/[a-z0-9.-]{1,80}"
    r"|/papers/[a-z0-9.-]{1,80}|/papers/(meeting/M|profile/N)-[0-9a-f]{32}"
)


def is_page_address(to: str) -> bool:
    """Whether an address is one of ours, as a path without anything after it.

    Examples
    --------
    >>> [is_page_address(to) for to in ("/people", "//elsewhere.example", "/people?x=1", "https://elsewhere.example")]
    [True, False, False, False]
    """
    return _PAGE.fullmatch(to) is not None
