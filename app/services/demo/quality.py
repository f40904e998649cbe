"""What Nanping inspects: incoming plaster, first pieces, ovens, finished goods, shipments."""

from __future__ import annotations

Rows = list[dict[str, object]]
Line = dict[str, object]

LINE_FAMILIES = ("素线", "花线", "平线", "弧线", "客供花线")
PATTERNED = ("花线", "客供花线")
ORNAMENT_FAMILIES = ("角花", "灯盘", "异型")
CASTING_STEP, ORNAMENT_POUR, DRYING_STEP, LINE_FINAL, ORNAMENT_FINAL = 20, 30, 40, 70, 80


def inspection_rows() -> Rows:
    """The sheet InspectionPlans: a row for each characteristic of each plan."""
    rows: Rows = []
    for family in LINE_FAMILIES:
        rows += _plan(f"FAI-{family}", f"{family}首件", "首件", _first_piece(), family=family,
                      step_no=CASTING_STEP)  # fmt: skip
        rows += _plan(f"FQC-{family}", f"{family}终检", "终检", _cornice(family),
                      family=family, step_no=LINE_FINAL, **_SAMPLING)  # fmt: skip
    for family in ORNAMENT_FAMILIES:
        rows += _plan(f"FAI-{family}", f"{family}首件", "首件", _first_piece(), family=family,
                      step_no=ORNAMENT_POUR)  # fmt: skip
        rows += _plan(f"FQC-{family}", f"{family}全检", "终检", _ornament(), family=family,
                      step_no=ORNAMENT_FINAL, **_SAMPLING)  # fmt: skip
    rows += _plan("IPQC-烘干", "花线烘干巡检", "巡检", _drying(), family="花线",
                  step_no=DRYING_STEP)  # fmt: skip
    rows += _plan("IQC-GP-B", "建筑石膏粉来料", "来料", _powder(), item_code="GP-B",
                  level="S-3", aql_major="2.5")  # fmt: skip
    rows += _plan("OQC-通用", "出货检验", "出货", _shipment(), **_SAMPLING)
    return rows


_SAMPLING: dict[str, object] = {
    "level": "II", "aql_critical": 0, "aql_major": "2.5", "aql_minor": "6.5",
}  # fmt: skip


def _plan(code: str, name: str, kind: str, lines: Rows, **head: object) -> Rows:
    return [
        {"plan_code": code, "plan_name": name, "type": kind, **head, "number": number, **line}
        for number, line in enumerate(lines, 1)
    ]


def _measured(name: str, lower: object, upper: object, unit: str, method: str,
              **more: object) -> Line:  # fmt: skip
    return {"characteristic": name, "class": "MA", "lower": lower, "upper": upper, "unit": unit,
            "method": method, **more}  # fmt: skip


def _looked_at(name: str, grade: str, requirement: str, **more: object) -> Line:
    return {"characteristic": name, "class": grade, "requirement": requirement, "method": "目视",
            **more}  # fmt: skip


def _cornice(family: str) -> Rows:
    lines = [
        _measured("长度", 2498, 2502, "mm", "钢卷尺", nominal=2500, gauge="TM-03", critical="是",
                  sample_size=5),
        _measured("截面高偏差", -1, 1, "mm", "截面样板", nominal=0, gauge="GB-01", critical="是",
                  sample_size=5),
        _measured("截面宽偏差", -1, 1, "mm", "截面样板", nominal=0, gauge="GB-01", sample_size=5),
        _measured("弯曲度", None, 3, "mm/2.5 m", "2.5 m 靠尺+塞尺", gauge="SE-02", sample_size=5),
        _measured("端面垂直度", None, 1, "mm", "直角尺+塞尺", gauge="SQ-01", sample_size=5),
        _measured("含水率", None, 3, "%", "水分仪", gauge="MM-01", sample_size=5,
                  frequency="每炉"),
        _measured("单重偏差", "-0.25", "0.25", "kg", "电子秤", nominal=0, gauge="SC-02",
                  sample_size=5),
        _looked_at("气孔", "MI", "> 2 mm 每米不超过 1 个"),
        _looked_at("裂纹", "CR", "不允许"),
        _looked_at("玻纤外露", "MA", "不允许"),
        _looked_at("色差", "MI", "对照封样,D65 光源 0.5 m", method="对照封样"),
    ]  # fmt: skip
    if family in PATTERNED:
        lines.insert(9, _looked_at("花纹清晰", "MA", "对照封样,花瓣棱线完整", method="对照封样"))
    return lines


def _ornament() -> Rows:
    return [
        _measured("外形尺寸偏差", -2, 2, "mm", "钢卷尺", nominal=0, gauge="TM-04", critical="是",
                  sample_size=3),
        _measured("厚度", 8, 14, "mm", "游标卡尺", gauge="VC-02", sample_size=3),
        _measured("背面平整度", None, 2, "mm", "1 m 靠尺+塞尺", gauge="SE-01", sample_size=3),
        _measured("含水率", None, 3, "%", "水分仪", gauge="MM-01", sample_size=3),
        _looked_at("裂纹", "CR", "不允许"),
        _looked_at("花纹清晰", "MA", "对照封样", method="对照封样"),
        _looked_at("吊点牢固", "CR", "预埋件无松动,手拉不动", method="手拉"),
        _looked_at("崩边缺角", "MI", "≤ 3 mm,整件不超过 1 处"),
    ]  # fmt: skip


def _first_piece() -> Rows:
    return [
        _measured("水膏比", "0.62", "0.68", "", "台秤", nominal="0.65", gauge="SC-01",
                  sample_size=1, critical="是"),
        _measured("浆料流动度", 180, 220, "mm", "流动度试环", gauge="FL-01", sample_size=1),
        _measured("首件厚度", 8, 12, "mm", "游标卡尺", gauge="VC-01", sample_size=3),
        _looked_at("模具编号与流转卡一致", "CR", "副号逐一核对", method="核对", sample_size=1),
        _looked_at("花纹完整", "MA", "对照封样,无缺料", method="对照封样", sample_size=1),
        _looked_at("脱模崩边", "MA", "不允许", sample_size=1),
    ]  # fmt: skip


def _drying() -> Rows:
    return [
        _measured("炉温", 48, 52, "°C", "温度计", nominal=50, gauge="TH-01", sample_size=3,
                  frequency="每 4 小时", critical="是"),
        _measured("出炉含水率", None, 3, "%", "水分仪", gauge="MM-01", sample_size=5,
                  frequency="每车"),
    ]  # fmt: skip


def _powder() -> Rows:
    return [
        _measured("初凝时间", 6, 12, "min", "维卡仪", gauge="VK-01", sample_size=3,
                  critical="是"),
        _measured("2 h 抗折强度", 3, None, "MPa", "抗折机", gauge="ST-01", sample_size=3,
                  critical="是"),
        _measured("白度", 88, None, "%", "白度仪", gauge="WM-01", sample_size=3),
        _looked_at("包装", "MI", "无破袋、受潮结块,批号清楚"),
    ]  # fmt: skip


def _shipment() -> Rows:
    return [
        _looked_at("品名、数量与发货单一致", "CR", "逐箱核对", method="核对"),
        _looked_at("标签", "MA", "客户料号、颜色、数量正确", method="核对"),
        _looked_at("外箱", "MI", "无破损、受潮,封箱完好"),
    ]  # fmt: skip
