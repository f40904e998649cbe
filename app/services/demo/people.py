"""The 46 direct people of the demo plant, and the eleven others."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

_SURNAMES = "陈李黄张梁林刘王何罗吴郑谢唐许邓曾彭苏卢蔡潘余叶杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙"
_GIVEN = ("志强", "美玲", "建国", "秀英", "伟明", "丽华", "国栋", "春燕", "家豪", "小芳", "俊杰", "海燕",
          "永康", "玉兰", "少华", "桂英", "文斌", "淑珍", "振宇", "金凤", "卫东", "雪梅", "德胜", "红霞",
          "立新", "冬梅", "学军", "彩云", "福生", "月娥")  # fmt: skip
_RARE = {4: "陈龑", 21: "黄喆", 37: "李䶮"}
"""Names with rare characters: a font without them shows boxes."""

# Skill sets: team, calendar, how many, skills, and the skill of the first ``extra`` of them.
_TEAMS: tuple[tuple[str, str, int, str, int, str], ...] = (
    ("浇注一班", "浇注白班", 10, "浇注:B", 4, "湿修:B"),
    ("浇注二班", "夜班", 6, "浇注:B;湿修:B", 0, ""),
    ("花饰班", "浇注白班", 4, "花饰浇注:B;浇注:B;湿修:B", 0, ""),
    ("配料", "浇注白班", 3, "配料:A", 0, ""),
    ("模具", "白班", 3, "换模:A", 1, "浇注:C"),
    ("烘房", "烘房晚班", 2, "烘房搬运:B", 0, ""),
    ("烘房", "烘房早班", 1, "烘房搬运:B", 0, ""),
    ("切割", "白班", 2, "切割:A", 0, ""),
    ("修整", "白班", 7, "修整:B;湿修:B", 5, "花线修整:A"),
    ("喷漆", "白班", 2, "喷漆描金:A", 0, ""),
    ("质检", "白班", 2, "检验:A", 0, ""),
    ("包装", "白班", 4, "包装:B", 3, "烘房搬运:B"),
)
_OTHERS = (
    ("仓管", 2),
    ("班长", 3),
    ("计划员", 1),
    ("统计", 1),
    ("跟单", 2),
    ("采购", 1),
    ("厂长", 1),
)


def operator_rows(now: datetime, dice: random.Random) -> list[dict[str, object]]:
    """Rows of the sheet Operators: badge, name, team, calendar, dated skills."""
    rows: list[dict[str, object]] = []
    for team, calendar, heads, skills, extra, extra_skill in _TEAMS:
        for member in range(heads):
            held = f"{skills};{extra_skill}" if member < extra else skills
            row: dict[str, object] = {
                "badge": f"{1001 + len(rows)}", "name": _name(len(rows), dice), "team": team,
                "calendar": calendar, "skills": held, "overtime_cap": 36, "role": "操作工",
            }  # fmt: skip
            if team == "喷漆":
                days = 9 if member == 1 else 300
                row["certificate_until"] = f"喷漆描金={now + timedelta(days=days):%Y-%m-%d}"
            rows.append(row)
    for role, heads in _OTHERS:
        for _ in range(heads):
            rows.append({"badge": f"{2001 + len(rows)}", "name": _name(len(rows), dice),
                         "team": role, "calendar": "白班", "role": role})  # fmt: skip
    return rows


def _name(index: int, dice: random.Random) -> str:
    return _RARE.get(index) or dice.choice(_SURNAMES) + dice.choice(_GIVEN)
