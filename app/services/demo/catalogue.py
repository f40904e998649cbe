"""What Nanping makes: finished items, mixes, bought materials, moulds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern with one mould type.

    ``copies`` of the mould exist; ``finishing`` and ``casting`` are minutes per piece and per
    turn; ``weight`` is dry mass in kg; ``kind``: line, ornament; ``mix`` the plaster recipe.
    """

    code: str
    name: str
    name_en: str
    family: str
    size: str
    weight: float
    copies: int
    mould_life: int
    service_every: int
    mount: int
    kind: str = "line"
    mix: str = "SL-A"
    finishing: float = 2.2
    colours: tuple[str, ...] = ("W",)
    unit: str = "支"
    pack: int = 10
    share: float = 1.0

    @property
    def copies_usable(self) -> int:
        """Copies one lot of an ornament takes: all that are fit on day one."""
        return self.copies - 1 if self.code == "DP-60" else self.copies


LINES = (
    Pattern("PL-06", "素线60", "Plain cove 60", "素线", "60 mm", 2.2, 18, 20000, 200, 3, share=7),
    Pattern("PL-08", "素线80", "Plain cove 80", "素线", "80 mm", 3.0, 16, 20000, 200, 3, share=9),
    Pattern("PL-10", "素线100", "Plain cove 100", "素线", "100 mm", 3.8, 16, 20000, 200, 3, share=8),
    Pattern("PL-12", "素线120", "Plain cove 120", "素线", "120 mm", 4.7, 14, 20000, 200, 3, share=6),
    Pattern("PL-15", "素线150", "Plain cove 150", "素线", "150 mm", 6.2, 12, 20000, 200, 3, share=4),
    Pattern("HX-08", "卷草花线80", "Acanthus scroll 80", "花线", "80 mm", 3.2, 10, 250, 40, 5,
            finishing=4.8, pack=8, share=6),
    Pattern("HX-10", "莨苕花线100", "Acanthus 100", "花线", "100 mm", 4.0, 10, 250, 40, 5,
            finishing=4.8, colours=("W", "G", "C"), pack=8, share=7),
    Pattern("HX-12", "葡萄花线120", "Grapevine 120", "花线", "120 mm", 5.0, 8, 250, 40, 5,
            finishing=4.8, colours=("W", "G", "C"), pack=8, share=6),
    Pattern("HX-15", "玫瑰花线150", "Rose 150", "花线", "150 mm", 6.4, 4, 250, 40, 5,
            finishing=4.8, colours=("W", "G", "C"), pack=6, share=0),
    Pattern("HX-18", "欧式大花线180", "Baroque 180", "花线", "180 mm", 7.8, 3, 250, 40, 5,
            mix="SL-L", finishing=4.8, pack=6, share=1.2),
    Pattern("HX-10B", "回纹花线100", "Greek key 100", "花线", "100 mm", 4.1, 6, 250, 40, 5,
            finishing=4.8, pack=8, share=3),
    Pattern("HX-12C", "竹节花线120", "Bamboo 120", "花线", "120 mm", 4.9, 6, 250, 40, 5,
            finishing=4.8, pack=8, share=3),
    Pattern("HX-08D", "贝壳花线80", "Shell 80", "花线", "80 mm", 3.4, 6, 250, 40, 5,
            mix="SL-B", finishing=4.8, pack=8, share=3),
    Pattern("AR-R600", "弧线R600", "Curved R600", "弧线", "100 mm R600", 3.1, 4, 1500, 150, 5,
            finishing=3.0, share=1.5),
    Pattern("AR-R1000", "弧线R1000", "Curved R1000", "弧线", "100 mm R1000", 4.6, 4, 1500, 150, 5,
            finishing=3.0, share=1.5),
    Pattern("FL-05", "平线50", "Flat trim 50", "平线", "50 mm", 1.4, 12, 20000, 200, 3, share=4),
    Pattern("FL-08", "平线80", "Flat trim 80", "平线", "80 mm", 2.0, 10, 20000, 200, 3, share=3),
    Pattern("FL-10", "平线100", "Flat trim 100", "平线", "100 mm", 2.6, 8, 20000, 200, 3, share=3),
    Pattern("KG-01", "客供云纹线", "Customer's cloud", "客供花线", "100 mm", 4.2, 2, 150, 30, 5,
            finishing=4.8, pack=8, share=0.6),
    Pattern("KG-02", "客供祥云线", "Customer's lucky cloud", "客供花线", "120 mm", 5.1, 3, 150, 30, 5,
            finishing=4.8, pack=8, share=0.8),
    Pattern("KG-03", "客供荷花线", "Customer's lotus", "客供花线", "80 mm", 3.3, 4, 150, 30, 5,
            finishing=4.8, pack=8, share=0.8),
    Pattern("KG-04", "客供牡丹线", "Customer's peony", "客供花线", "120 mm", 5.0, 3, 150, 30, 5,
            finishing=4.8, pack=8, share=0.6),
    Pattern("KG-05", "客供棕榈线", "Customer's palm", "客供花线", "100 mm", 4.0, 6, 150, 30, 5,
            finishing=4.8, pack=8, share=1.2),
)  # fmt: skip

ORNAMENTS = (
    Pattern("JH-B", "角花B", "Corner piece B", "角花", "300 mm", 1.2, 6, 120, 30, 2, "ornament",
            "SL-A", 9, ("W", "G"), "件", 8, 2),
    Pattern("JH-C", "角花C", "Corner piece C", "角花", "400 mm", 1.8, 6, 120, 30, 2, "ornament",
            "SL-A", 9, ("W", "G"), "件", 8, 2),
    Pattern("DP-40", "灯盘400", "Ceiling rose 400", "灯盘", "ø400", 3.0, 3, 100, 25, 8, "ornament",
            "SL-A", 12, ("W", "G"), "件", 2, 2),
    Pattern("DP-60", "灯盘600", "Ceiling rose 600", "灯盘", "ø600", 6.0, 3, 100, 25, 8, "ornament",
            "SL-A", 15, ("W", "G"), "件", 2, 2),
    Pattern("DP-80", "灯盘800", "Ceiling rose 800", "灯盘", "ø800", 10.0, 2, 100, 25, 8, "ornament",
            "SL-A", 20, ("W", "G"), "件", 1, 1),
    Pattern("DP-100", "灯盘1000", "Ceiling rose 1000", "灯盘", "ø1000", 16.0, 1, 100, 25, 8,
            "ornament", "SL-A", 25, ("W",), "件", 1, 0.6),
    Pattern("GRG-P1", "GRG异型板", "GRG panel", "异型", "600×1200", 14.0, 6, 600, 100, 6,
            "ornament", "SL-G", 15, ("W",), "件", 2, 1),
)  # fmt: skip

CORNER_A = Pattern("JH-A", "角花A", "Corner piece A", "角花", "250 mm", 0.9, 6, 120, 30, 2,
                   "ornament", "SL-A", 9, ("W", "G"), "件", 8, 2)  # fmt: skip
"""One mould makes the left and the right piece in one shot (family mould)."""

COLUMN_PARTS = (
    Pattern("LZ-S", "罗马柱身(半)", "Column shaft half", "罗马柱", "h 2.4 m", 22.0, 4, 800, 100, 20,
            "ornament", "SL-G", 25, ("",), "件", 1, 0),
    Pattern("LZ-CAP", "罗马柱头", "Column capital", "罗马柱", "", 6.0, 2, 800, 100, 20,
            "ornament", "SL-G", 20, ("",), "件", 1, 0),
    Pattern("LZ-BASE", "罗马柱脚", "Column base", "罗马柱", "", 7.0, 2, 800, 100, 20,
            "ornament", "SL-G", 20, ("",), "件", 1, 0),
)  # fmt: skip

MOULD_MATERIAL = {
    "素线": "铝+玻璃钢",
    "平线": "铝",
    "弧线": "玻璃钢",
    "异型": "玻璃钢",
    "罗马柱": "玻璃钢",
}

COLOURS = {"W": ("白", "White"), "G": ("描金", "Gold"), "C": ("香槟", "Champagne"), "": ("", "")}

# Mix: name, wet kg per batch, components per batch (kg).
MIXES = {
    "SL-A": ("标准浆", 83, (("GP-B", "50"), ("RT", "0.04"), ("WR", "0.15"), ("GF-S", "0.25"),
                         ("WT", "0.1"))),
    "SL-B": ("快干浆", 81, (("GP-B", "35"), ("GP-A", "15"), ("RT", "0.01"), ("WR", "0.15"),
                         ("GF-S", "0.25"), ("WT", "0.1"))),
    "SL-L": ("轻质浆", 87, (("GP-B", "50"), ("RT", "0.05"), ("WR", "0.1"), ("GF-S", "0.2"),
                         ("WT", "0.1"))),
    "SL-G": ("GRG浆", 69, (("GP-A", "50"), ("RT", "0.06"), ("WR", "0.4"), ("GF-S", "1.5"))),
    "PT-G": ("金漆", 5, (("PA", "4"), ("PB", "1"))),
    "PT-C": ("香槟漆", 5, (("PC", "4"), ("PB", "1"))),
}  # fmt: skip
POWDER_PER_WET = {"SL-A": 50 / 83, "SL-B": 50 / 81, "SL-L": 50 / 87, "SL-G": 50 / 69}

# Bought: code, name, English, unit, category, lead days, supplier, stock, daily use (for trucks).
BOUGHT = (
    ("GP-A", "高强石膏粉α", "Alpha gypsum", "kg", "原料", 6, "YC", 900, 0),
    ("GP-B", "建筑石膏粉β", "Beta gypsum", "kg", "原料", 6, "YC", 13200, 2200),
    ("GP-L", "本地石膏粉", "Local gypsum (reserve)", "kg", "原料", 2, "BD", 0, 0),
    ("GF-S", "短切玻纤12mm", "Chopped glass fibre 12 mm", "kg", "原料", 7, "BX", 260, 0),
    ("GF-N", "玻纤网格带60mm", "Glass mesh tape 60 mm", "卷", "辅料", 7, "BX", 900, 0),
    ("RT", "缓凝剂", "Retarder", "kg", "原料", 3, "HG", 90, 0),
    ("WR", "减水剂", "Water reducer", "kg", "原料", 3, "HG", 300, 0),
    ("WT", "增白剂", "Whitener", "kg", "原料", 3, "HG", 250, 0),
    ("MR", "脱模剂", "Release agent", "kg", "辅料", 3, "HG", 900, 0),
    ("PE", "修补膏", "Repair paste", "kg", "辅料", 3, "HG", 900, 0),
    ("PR", "底漆", "Primer", "kg", "辅料", 3, "HG", 600, 0),
    ("PA", "金漆基料", "Gold base", "kg", "原料", 3, "HG", 200, 0),
    ("PB", "固化剂", "Paint hardener", "kg", "原料", 3, "HG", 120, 0),
    ("PC", "香槟漆基料", "Champagne base", "kg", "原料", 3, "HG", 150, 0),
    ("HK", "吊挂五金套", "Hanging hardware kit", "套", "辅料", 7, "WJ", 400, 0),
    ("JT", "麻丝/钢筋", "Jute and steel insert", "件", "辅料", 7, "WJ", 900, 0),
    ("EPE", "珍珠棉套", "EPE foam sleeve", "米", "包装", 4, "ZX", 90000, 0),
    ("CT-S", "纸箱小", "Carton S", "个", "包装", 4, "ZX", 1200, 0),
    ("CT-M", "纸箱中", "Carton M", "个", "包装", 4, "ZX", 2600, 0),
    ("CT-L", "纸箱大", "Carton L", "个", "包装", 4, "ZX", 1500, 0),
    ("SF", "缠绕膜", "Stretch film", "卷", "包装", 4, "ZX", 200, 0),
    ("LB", "标签", "Label", "张", "包装", 4, "ZX", 40000, 0),
    ("SR", "模具硅胶", "Mould silicone", "kg", "工装", 10, "GJ", 120, 0),
    ("FR", "玻璃钢胶衣", "FRP gel-coat", "kg", "工装", 10, "GJ", 60, 0),
    ("CA", "硅胶固化剂", "Silicone curing agent", "kg", "工装", 10, "GJ", 12, 0),
    ("PT", "托盘", "Pallet", "个", "包装", 4, "ZX", 300, 0),
)

SUPPLIERS = (
    ("YC", "应城石膏", "GP-B", 6, 20000),
    ("BD", "本地石膏(备用)", "GP-L", 2, 0),
    ("BX", "玻纤供应商", "GF-S", 7, 0),
    ("HG", "化工原料行", "RT", 3, 0),
    ("ZX", "顺德纸箱", "CT-M", 4, 0),
    ("GJ", "硅胶供应商", "SR", 10, 0),
    ("ZS", "中山描金外协", "HX-15-G", 5, 0),
    ("WJ", "五金供应商", "HK", 7, 0),
)

# Customer: code, short name, city, class, grade, transit days, trucks, ship complete, tolerance %.
CUSTOMERS = (
    ("C01", "广州宏达", "广州", "wholesale", "A", 1, "二,四,六", "否", "3"),
    ("C02", "佛山宏达", "佛山", "wholesale", "A", 1, "二,四,六", "否", "3"),
    ("C03", "长沙恒盛", "长沙", "wholesale", "B", 2, "二,四,六", "否", "3"),
    ("C04", "武汉江城", "武汉", "wholesale", "A", 2, "二,四,六", "否", "3"),
    ("C05", "南宁绿城", "南宁", "wholesale", "B", 2, "二,四,六", "否", "3"),
    ("C06", "贵阳黔艺", "贵阳", "wholesale", "B", 3, "二,四,六", "否", "3"),
    ("C07", "昆明春城", "昆明", "wholesale", "C", 4, "二,四,六", "否", "3"),
    ("C08", "深圳雅居", "深圳", "decorator", "A", 1, "", "是", "0"),
    ("C09", "成都锦绣", "成都", "decorator", "B", 4, "二,四,六", "是", "0"),
    ("C10", "杭州西湖装饰", "杭州", "decorator", "B", 3, "二,四,六", "是", "0"),
    ("C11", "西安古都装饰", "西安", "decorator", "C", 4, "二,四,六", "是", "0"),
    ("C12", "郑州中原装饰", "郑州", "decorator", "C", 3, "二,四,六", "是", "0"),
    ("C13", "粤港酒店工程", "深圳", "project", "A", 1, "", "是", "2"),
    ("C14", "华南会展工程", "广州", "project", "A", 1, "", "是", "2"),
    ("C15", "岭南地产工程", "佛山", "project", "B", 1, "", "是", "2"),
    ("C16", "天猫旗舰店", "佛山", "shop", "B", 1, "", "是", "0"),
    ("C17", "京东自营", "广州", "shop", "B", 1, "", "是", "0"),
    ("C18", "胡志明市 Saigon Decor", "胡志明市", "decorator", "B", 4, "", "是", "0"),
)
