"""The pair of PySide6 and Python that must not run together is refused in words."""

from __future__ import annotations

import pytest

from app.core.errors import Unavailable
from app.views.binding import check_binding


def test_installed_pair_may_run() -> None:
    check_binding()


@pytest.mark.parametrize("binding", ["6.12.0", "6.12.1", "6.13.0"])
def test_lossy_binding_needs_immortal_constants(binding: str) -> None:
    check_binding(binding, (3, 12, 0))
    with pytest.raises(Unavailable) as refused:
        check_binding(binding, (3, 11, 9))
    for language in ("en", "zh"):
        text = refused.value.message.text(language)
        assert binding in text
        assert "3.11.9" in text
