"""Text that a person wrote, as it is kept and as it may be printed."""

from hypothesis import given
from hypothesis import strategies as st

from matac_ml.written import escaped, has_hidden


@given(st.text(max_size=60))
def test_any_text_is_one_line_that_can_be_printed(text: str) -> None:
    """Control characters, line breaks and turned writing become escapes, and what can be seen stays."""
    shown = escaped(text)
    assert shown.isprintable()
    assert not has_hidden(shown)
    assert len(shown.splitlines()) <= 1
    assert has_hidden(text) or shown == text


def test_half_a_surrogate_is_escaped() -> None:
    """A name of a file need not be Unicode; what is printed of it is."""
    assert escaped("\udcff\ud800").encode() == b"\\udcff\\ud800"
