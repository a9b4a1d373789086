"""Names of files that people send."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.file_names import LONGEST, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("Plan d'étage (v2).pdf", "Plan d'étage (v2).pdf"),
        ("C:\\Users\\Ada\\plan.pdf", "plan.pdf"),
        ("../../plan.pdf", "plan.pdf"),
        ("..", "otherwise"),
        ("", "otherwise"),
        (" \u200f ", "otherwise"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('a"; filename="b.exe', "a; filename=b.exe"),
        ("a\r\nBcc: b.pdf", "aBcc b.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("half \ud800.pdf", "half .pdf"),
        ("x" * 300 + ".docx", "x" * (LONGEST - 5) + ".docx"),
        ("x" * 300, "x" * LONGEST),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(given_name: str, safe: str) -> None:
    """No folder, no header, no turned reading direction; what is readable stays."""
    assert safe_name(given_name, "otherwise") == safe


@given(st.text(st.characters(), max_size=300))
def test_any_name_is_made_safe(given_name: str) -> None:
    """Whatever comes, the result can be shown, stored and attached, and does not change again."""
    safe = safe_name(given_name, "file")
    assert 1 <= len(safe) <= LONGEST
    assert not set(safe) & set('/\\"<>|:*?\r\n')
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in safe)
    assert safe not in {".", ".."}
    assert safe_name(safe, "file") == safe
