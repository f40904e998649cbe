"""The power rule of a machine as planners write it."""

from __future__ import annotations

import pytest

from app.core.errors import RuleBroken
from app.core.power_hours import PowerRule, power_rule

NIGHT, EVENING = (1320, 480), (1080, 1200)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", PowerRule()),
        ("仅 22:00-08:00", PowerRule(only=(NIGHT,))),
        ("只在 22:00–08:00 开始", PowerRule(only=(NIGHT,))),
        ("开始仅22:00至8:00", PowerRule(only=(NIGHT,))),
        ("only 22:00-08:00;18:00-20:00", PowerRule(only=(NIGHT, EVENING))),
        ("Start only between 22:00 to 8:00", PowerRule(only=(NIGHT,))),
        ("优先 22:00-08:00", PowerRule(prefer=(NIGHT,))),
        ("prefer 22:00-08:00; only 18:00~20:00", PowerRule((EVENING,), (NIGHT,))),
    ],
)
def test_hours_in_either_language(text: str, rule: PowerRule) -> None:
    assert power_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("22:00-08:00", "only 22:00-08:00"),  # only, or rather? nobody guesses
        ("开始 22:00-08:00", "prefer 22:00-08:00"),
        ("晚上", "晚上"),
        ("only 22-8", "only 22-8"),
        ("never 22:00-08:00", "never"),
        ("仅 22:00-08:00;以后", "以后"),
        ("only 22:61-08:00", "names no hours"),
        ("only 08:00-08:00", "names no hours"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, named: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        power_rule(text)
    assert named in caught.value.message.text("en")
    assert caught.value.message.text("zh") != caught.value.message.text("en")
