"""How a text table is written: its encoding, what parts its cells, and its decimal sign.

Found from the bytes; where they allow more than one answer the doubt is named, with samples, so
that a person can decide. (Korean CP949 and Chinese GB18030 share most of their byte pairs.)
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENCODINGS = ("utf-8", "gb18030", "cp949", "cp1252", "utf-16-le", "utf-16-be")
DELIMITERS = (",", ";", "\t", "|")
DECIMAL_SIGNS = (".", ",")
_LINES_LOOKED_AT = 400
_CHARS_LOOKED_AT = 400_000
_SAMPLE = 60

_CHINESE_WORDS = re.compile(
    "物料|编码|品名|名称|规格|数量|单位|订单|客户|日期|交期|料号|工序|设备|机台|模具|颜色|备注|单号"
    "|供应商|库存|生产|产品|版本|用量|工时|人员|石膏|有限公司"
)
_KOREAN_WORDS = re.compile(
    "품번|품명|품목|수량|단위|납기|일자|번호|규격|고객|거래처|주문|설비|금형|색상|비고|공정|재고"
    "|자재|코드|이름|명칭|작업|생산|제품|업체|주식회사"
)
_POINT = re.compile(r"[+-]?\d+\.\d+|[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")
_COMMA = re.compile(r"[+-]?\d+,\d+|[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(\.\d{3}){2,}")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
"""1,234 and 1.234: a thousand or a little more than one."""


@dataclass(frozen=True, slots=True)
class TextWanted:
    """What a person has said about a text table; empty = to be found."""

    encoding: str = ""
    delimiter: str = ""
    decimal_sign: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading that the file allows. ``what``: encoding, delimiter or decimal."""

    what: str
    key: str
    sample: str


@dataclass(frozen=True, slots=True)
class TextShape:
    """How a text table was read; ``doubts``: which of encoding, delimiter, decimal may be wrong.

    ``alternatives``: for each of the three every possible reading with a sample of what it makes,
    the one taken first.
    """

    encoding: str
    delimiter: str
    decimal_sign: str
    doubts: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def confident(self) -> bool:
        return not self.doubts


class NoEncoding(Exception):
    """The bytes are no text in the encoding that was asked for, or in any known one.

    ``cut``: they are UTF-8 but for the end; ``broken``: so many places are not UTF-8 in a text
    that otherwise is.
    """

    def __init__(self, *, cut: bool = False, broken: int = 0) -> None:
        super().__init__(cut, broken)
        self.cut, self.broken = cut, broken


# ---------------------------------------------------------------- encoding


def find_encoding(data: bytes, wanted: str = "") -> tuple[str, bool, list[str]]:
    """The encoding, whether it is certain, and all that are possible, the likeliest first.

    Errors: ``NoEncoding``.
    """
    if wanted:
        return wanted_encoding(data, wanted), True, [wanted]
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                           (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if data.startswith(mark):
            _decodable(data, encoding)
            return encoding, True, [encoding]
    if b"\x00" in data:
        return _wide(data)
    if _fits(data, "utf-8"):
        return "utf-8", True, ["utf-8"]
    _check_nearly_utf8(data)
    return _legacy(data)


def _check_nearly_utf8(data: bytes) -> None:
    """UTF-8 that was cut off or damaged would be taken for Chinese nonsense."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - broken
    if broken * 4 > whole:
        return
    cut = broken == 1 and text.endswith("\ufffd")
    raise NoEncoding(cut=cut, broken=broken)


def wanted_encoding(data: bytes, wanted: str) -> str:
    """The encoding a person named, if the bytes are text in it."""
    try:
        known = codecs.lookup(wanted)
    except LookupError:
        raise NoEncoding from None
    if not getattr(known, "_is_text_encoding", True):
        raise NoEncoding
    name = known.name
    if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    _decodable(data, name)
    return name


def _decodable(data: bytes, encoding: str) -> None:
    if not _fits(data, encoding):
        raise NoEncoding


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _wide(data: bytes) -> tuple[str, bool, list[str]]:
    """UTF-16 without a mark: the byte order whose characters are those of a table."""
    found = []
    for encoding in ("utf-16-le", "utf-16-be"):
        if _fits(data, encoding):
            share = _ordinary(data[: _CHARS_LOOKED_AT - _CHARS_LOOKED_AT % 2].decode(
                encoding, "replace"))  # fmt: skip
            found.append((share, encoding))
    found.sort(reverse=True)
    if not found or found[0][0] < 0.9:
        raise NoEncoding
    clear = len(found) == 1 or found[1][0] < found[0][0] - 0.1
    return found[0][1], clear, [encoding for _, encoding in found]


def _ordinary(text: str) -> float:
    """Share of characters that tables are made of."""
    if not text:
        return 0.0
    good = sum(
        char in "\r\n\t" or " " <= char <= "~" or "\u4e00" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3" or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef" or "\u00a0" <= char <= "\u017f"
        for char in text
    )  # fmt: skip
    return good / len(text)


def _legacy(data: bytes) -> tuple[str, bool, list[str]]:
    """One of the old encodings by what its characters would be."""
    scores: dict[str, float] = {}
    for encoding, score in (("gb18030", _chinese), ("cp949", _korean), ("cp1252", _latin)):
        if _fits(data, encoding):
            scores[encoding] = score(data[:_CHARS_LOOKED_AT])
    if not scores:
        raise NoEncoding
    order = sorted(scores, key=scores.__getitem__, reverse=True)
    likely = [encoding for encoding in order if scores[encoding] >= _LIKELY]
    certain = len(likely) == 1 or (
        len(likely) > 1 and scores[order[0]] >= _CERTAIN > scores[order[1]]
    )
    return order[0], certain, order


_LIKELY = 0.7
_CERTAIN = 1.5
"""Only a text that holds words of the trade gets so far."""


def _pairs(data: bytes) -> Counter[str]:
    """How the bytes above ASCII stand: pairs by their kind, and single ones."""
    kinds: Counter[str] = Counter()
    place = 0
    while place < len(data):
        first = data[place]
        if first < 0x80:
            place += 1
            continue
        second = data[place + 1] if place + 1 < len(data) else 0
        if second >= 0xA1 and first >= 0xA1:
            if first >= 0xD8:
                kinds["rare"] += 1
            elif first >= 0xC9:
                kinds["hanja"] += 1
            elif first >= 0xB0:
                kinds["common"] += 1
            else:
                kinds["sign"] += 1
        elif second >= 0x40:
            kinds["extended" if second >= 0x80 else "single"] += 1
        else:
            kinds["lone"] += 1
            place += 1
            continue
        place += 2
    return kinds


def _chinese(data: bytes) -> float:
    """Share of characters of GB 2312, the frequent ones most; above 1 with words of the trade."""
    kinds = _pairs(data)
    total = sum(kinds.values())
    score = (kinds["common"] + kinds["hanja"] + kinds["sign"] + kinds["rare"] * 0.4) / max(total, 1)
    return score + _words(data, "gb18030", _CHINESE_WORDS)


def _korean(data: bytes) -> float:
    """Share of everyday syllables: Korean tables hold next to no Chinese characters."""
    kinds = _pairs(data)
    total = sum(kinds.values()) - kinds["sign"]
    share = kinds["common"] / max(total, 1)
    # Of Chinese characters hardly more than half stand where the syllables do.
    likelier = min(total, 10) / 100 if share > 0.95 else 0.0
    return share + likelier + _words(data, "cp949", _KOREAN_WORDS)


def _latin(data: bytes) -> float:
    """Share of bytes above ASCII that stand alone between letters of ASCII, as accents do."""
    lone = alone = 0
    for place, byte in enumerate(data):
        if byte < 0x80:
            continue
        lone += 1
        around = data[max(place - 1, 0) : place] + data[place + 1 : place + 2]
        alone += all(neighbour < 0x80 for neighbour in around)
    return alone / max(lone, 1)


def _words(data: bytes, encoding: str, words: re.Pattern[str]) -> float:
    return 1.0 if words.search(data.decode(encoding, "replace")) else 0.0


# ---------------------------------------------------------------- delimiter and decimal sign


def find_delimiter(text: str) -> tuple[str, bool, list[str]]:
    """The sign that parts every row into as many cells as the first; certain if only one does."""
    named = named_delimiter(text)
    if named:
        return named, True, [named]
    lines = text[:_CHARS_LOOKED_AT].splitlines(keepends=True)[:_LINES_LOOKED_AT]
    scores = {sign: _regular(lines, sign) for sign in DELIMITERS}
    order = sorted(DELIMITERS, key=lambda sign: scores[sign], reverse=True)
    possible = [sign for sign in order if scores[sign][0] > 0]
    if not possible:
        return ",", True, [","]
    second = scores[possible[1]] if len(possible) > 1 else (0.0, 0)
    return possible[0], second[0] < 0.8 * scores[possible[0]][0], possible


def named_delimiter(text: str) -> str:
    """Spreadsheets write ``sep=;`` into the first line."""
    head = text[:8].lstrip("\ufeff").lower()
    return head[4] if head.startswith("sep=") and len(head) > 4 and head[4] in DELIMITERS else ""


def _regular(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """Share of rows with as many cells as the header has (0 if that has one), and how many."""
    counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    if not counts or max(counts) < 2:
        return 0.0, 0
    usual, rows = Counter(counts).most_common(1)[0]
    if usual < 2:
        return 0.0, 0
    share = rows / len(counts)
    # A header holds no decimal commas: a sign that does not part it parts numbers.
    return (share if counts[0] >= usual else share * 0.5), usual


def find_decimal_sign(
    rows: Iterable[Sequence[str]], delimiter: str
) -> tuple[str, bool, dict[str, str]]:
    """The decimal sign, whether it is certain, and a number that speaks for each."""
    seen: dict[str, list[str]] = {".": [], ",": [], "?": []}
    for row in rows:
        for cell in row:
            text = unicodedata.normalize("NFKC", cell).strip()
            if _EITHER.fullmatch(text):
                seen["?"].append(text)
            elif _POINT.fullmatch(text):
                seen["."].append(text)
            elif _COMMA.fullmatch(text):
                seen[","].append(text)
    sign = "," if len(seen[","]) > len(seen["."]) else "."
    both = bool(seen[","]) and bool(seen["."])
    open_question = bool(seen["?"]) and not seen[","] and not seen["."] and delimiter != ","
    example = next(iter(seen["?"] or seen[","] or seen["."]), "")
    return sign, not (both or open_question), {s: _as_read(example, s) for s in DECIMAL_SIGNS}


def _as_read(number: str, sign: str) -> str:
    """A number as it would be read with that decimal sign, beside how it stands."""
    if not number:
        return ""
    thousands = "," if sign == "." else "."
    return f"{number} = {number.replace(thousands, '').replace(sign, '.')}"


# ---------------------------------------------------------------- all of it


def sample_of(data: bytes, encoding: str) -> str:
    """The first lines that hold more than ASCII, as that encoding reads them."""
    text = data[:_CHARS_LOOKED_AT].decode(encoding, "replace").lstrip("\ufeff")
    telling = [line.strip() for line in text.splitlines() if not line.isascii() and line.strip()]
    sample = " ⏎ ".join(telling[:2]) or text.strip().partition("\n")[0].strip()
    return sample if len(sample) <= _SAMPLE else sample[: _SAMPLE - 1] + "…"


def find_shape(data: bytes, wanted: TextWanted) -> tuple[TextShape, str]:
    """How the table is written, and its text. Errors: ``NoEncoding``."""
    encoding, sure, possible = find_encoding(data, wanted.encoding)
    text = data.decode(encoding)
    doubts = [] if sure else ["encoding"]
    others = [Alternative("encoding", name, sample_of(data, name)) for name in possible]
    delimiter, sure, signs = (wanted.delimiter, True, [wanted.delimiter]) if wanted.delimiter else (
        find_delimiter(text))  # fmt: skip
    if not sure:
        doubts.append("delimiter")
    first = next((line for line in text.splitlines() if line.strip()), "")
    others += [Alternative("delimiter", sign, " | ".join(
        part.strip() for part in first.split(sign))[:_SAMPLE]) for sign in signs]  # fmt: skip
    lines = text[:_CHARS_LOOKED_AT].splitlines(keepends=True)
    rows = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
    sign, sure, examples = find_decimal_sign(rows, delimiter)
    if wanted.decimal_sign:
        sign, sure = wanted.decimal_sign, True
    if not sure:
        doubts.append("decimal")
    others += [
        Alternative("decimal", s, examples[s]) for s in sorted(examples, key=lambda s: s != sign)
    ]
    return TextShape(encoding, delimiter, sign, tuple(doubts), tuple(others)), text
