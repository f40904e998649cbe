"""Odd workbooks, made where they are tested: no binary file is kept for them.

The two old workbooks (xls) are kept as text: nothing here writes that format. Sheet S holds a code
with leading zeros, a day with a time, a truth value and a cell in error; sheet H is hidden.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl

_XLS_1900 = (
    "c-"
    "rk)O=uHQ5dLP9G)ZaGBqoJcETLf4+CpnDBD9Hu){CVoq7*^XZlF?=NbnL58m&1Bf+xjGp&q<cz4(J3^dcUFiaiK|"
    "kSKWZBq(@jv(B5{m82>(poNtE!kafcZ{E+&%$xVJZx%zPxd)wPtilLfs2F}URmq5p-"
    "+l;!+YLjpcJ1S0IA|#NeeB3451zKZ_9`DLf0v=*zWW7J;3JolIES%pCKX#p?2|PlNv&a++#GuvZgUBsL)H}*Iwf?"
    "I(0ii$OlU$R*MttUZiyza7$581ZN>2kty|gxObL&q&wG&!B8pckjxSv&Q`dvNxiiVL4c5@*Zoxd*rK71#DyN>KxT"
    "7|0p3$F9_v?CWdU{VfT|$JNK9BE44ESd6?&mQ_zP@q-"
    "%YW3$y?>GW*p;j0H#9d;fN`2sNEbO#x4X@VII13AdK61IxQs2F+98D%rm}j9Sv{F&g@J*=T|><(%S%=W)?|fN*()"
    "tfb+ic|k{uJ|<t*R*`u5P|c>I(|3UU&d=fzgFEEu?~dT{4}v}i(AORw-dg<g?SHw)h>G{WJ`b<cRzVh+rT&Q)pc;"
    "dzDxOYv=0{C4JxUk*R+Dt?OZV18k=d?B*%E<T5DwuCNrAk3nV`smh8g(q>lCM&ai5Zduumhovp>kSO+P;A2rnuQG"
    "sHJ_Aq$kHcy*IIoNeKn$sZKBo_#xcfH;d8>H`6S<|5lr62yq89_FdmBO5>==2diaZe(MI(bRoVZdX8TLoNvw)LS="
    "E692M!!KaNuAgf~?!P^>=`;ZRYLKYkk*Q;ZkuvlWbTVL6(2#`OoBjWVp^DUswFJ!$bC1w8lR6_d<o^JbMl^n3Q$Q"
    ")E&Qk`={#nS#!tWzuQ9f&R?l#o&S0MpO@qOO#"
)
_XLS_1904 = (
    "c-"
    "rk)O=uHQ5dLP9G)d`Ck~W1_ETLf4+CpnDBD5O?trtsGL=i#LZlF?=NbnL5TCF(>f+xjGp&q<cz4(J3^dcfcMGt}?"
    "B#I|bf`W%O>%7@rNvc8v8c5kMym_<p=Kbu<ym>GCdMR9(zt>g7DvZK|k{LupnT)suore&(-"
    "82>J)B!H0i@HKEz>aM2;c@dTzw)8-cM%%ydY>@`K5{vZGZ@dLld&3Nx2z#SY7Hag<=E43lS>OaWnB@WQ$pK>-"
    "Vxm=LgOO2B6Ngx3v>)i`gq?CJC2WPJ={h-"
    "nxYS+&wJ4xLKH7l9ACIfmaY%GvZoTK>#U*M+k^$MOUIJwWL7;#aZ7F59AhAr8ZeC5^z_bDs(^NO`U1Y2G2olCyPw"
    "8fd2Qtcmj9@f`~M;juq#)~uW4Rj7UoG(A)V($-Ql$&;*ffH?o%vb-"
    "!e9GYKIh7n93MQW{pIS6$S@~whuR|EH7ChRFM^$Wv?_bHP9-"
    "2SawW^m$Q8P>zn<P6Z#2}%*sh%ofn(bvS8w(>cO2`q(u{|TKa_FCiIewx<U9Zq3s;bT=z~yZD#MB=v<c8UY=)I@K"
    ")bk#&2Oh|K-5L?))cxEAxwE#dGb8@AP@}uq6z!17QyR)K53AD?HMjn(WN-"
    "L1^c1Stg)`>^Cs&L$MVrXcRUq)Ou3ZAzPp1T`ToT^wo$SwuxF#1cw=IFF(h9T0ruh8o}Z{%=>9ni{QSPE?#yj*TP"
    "@)i`J{ZsLcN7HOF7dPGVL3$*L|~xNzaZg$oz!5oF)S?Y{$jZL@BVe*3%53YU`mnPlDKATs<r%YP>KAkB3axvJu)1"
    "3q%bqBZt$z85MS;n}m8!KAEXrt0|R+dq}R&zd`i{@oU;cK%W|>-^92{{-|V`_}"
)


def xls(*, of_1904: bool = False) -> bytes:
    return zlib.decompress(base64.b85decode(_XLS_1904 if of_1904 else _XLS_1900))


def xls_with_password() -> bytes:
    """Two harmless records at the start become the one that says "encrypted"."""
    before = bytes.fromhex("c10002000000e2000000")
    data = xls()
    assert before in data
    return data.replace(before, bytes.fromhex("2f000600") + bytes(6), 1)


def saved(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    """A workbook of the usual kind, filled by ``fill``."""
    book = openpyxl.Workbook()
    fill(book)
    book.save(path)
    return path


def with_parts(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def with_sheet(path: Path, data: str, strings: str = "") -> Path:
    """A workbook whose one sheet holds exactly this XML between ``<sheetData>`` and its end."""
    saved(path, lambda book: book.active.append(["x"]))

    def change(parts: dict[str, bytes]) -> None:
        head = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxml' \
               'formats.org/spreadsheetml/2006/main">'  # fmt: skip
        parts["xl/worksheets/sheet1.xml"] = (
            f"{head}<sheetData>{data}</sheetData></worksheet>".encode()
        )
        if strings:
            types = parts["[Content_Types].xml"]
            override = (
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxml'
                b'formats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
            )
            if b"sharedStrings" not in types:
                parts["[Content_Types].xml"] = types.replace(b"</Types>", override)
            parts["xl/sharedStrings.xml"] = (
                '<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.'
                f'org/spreadsheetml/2006/main">{strings}</sst>'.encode()
            )

    return with_parts(path, change)


def as_strict(parts: dict[str, bytes]) -> None:
    """What Excel's "Strict Open XML Spreadsheet" writes instead of the usual names."""
    for usual, strict in (
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main",
         "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ):  # fmt: skip
        for name, data in parts.items():
            if name != "[Content_Types].xml" and not name.startswith("docProps"):
                parts[name] = data.replace(usual.encode(), strict.encode())


_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
    'opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml">{more}</manifest:file-entry></manifest:manifest>'
)
_ODS_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:'
    'tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:'
    '1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="{name}">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods(path: Path, rows: str, *, encrypted: bool = False) -> Path:
    """An OpenDocument workbook with one sheet; ``rows``: its table rows as XML."""
    more = "<manifest:encryption-data/>" if encrypted else ""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS_CONTENT.format(name="订单", rows=rows))
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST.format(more=more))
    return path


def zipped(parts: Mapping[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return memory.getvalue()


def xlsb(path: Path, days: Sequence[float], *, of_1904: bool = False) -> Path:
    """A binary workbook with one row: the text 00123 and these numbers, shown as days."""
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="r1" Type="{schema}/worksheet" Target="worksheets/sheet1.bin"/>'
    sheet = [(0x81, b""), (0x94, struct.pack("<4I", 0, 0, 0, len(days))), (0x91, b""),
             (0x00, struct.pack("<I", 0) + bytes(21)),
             (0x06, struct.pack("<II", 0, 0) + _wide("00123"))]  # fmt: skip
    sheet += [(0x05, struct.pack("<IId", n, 1, day)) for n, day in enumerate(days, 1)]
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/_rels/workbook.bin.rels": f"<Relationships>{link}</Relationships>".encode(),
        "xl/workbook.bin": _records((0x99, struct.pack("<II", of_1904, 0) + _wide("")), (0x8F, b""),
            (0x9C, struct.pack("<II", 0, 1) + _wide("r1") + _wide("S")), (0x90, b""), (0x84, b"")),
        "xl/styles.bin": _records((0x269, struct.pack("<I", 2)),
            (0x2F, struct.pack("<HH", 0, 0) + bytes(12)),
            (0x2F, struct.pack("<HH", 0, 14) + bytes(12)), (0x26A, b"")),
        "xl/worksheets/sheet1.bin": _records(*sheet, (0x92, b""), (0x82, b"")),
    }  # fmt: skip
    path.write_bytes(zipped(parts))
    return path


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _records(*records: tuple[int, bytes]) -> bytes:
    """Records as binary workbooks hold them: kind and length in groups of seven bits."""
    found = b""
    for kind, data in records:
        found += bytes([kind & 0x7F | 0x80, kind >> 7]) if kind > 0x7F else bytes([kind])
        length = len(data)
        while length > 0x7F:
            found += bytes([length & 0x7F | 0x80])
            length >>= 7
        found += bytes([length]) + data
    return found
