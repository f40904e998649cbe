"""What a file may be before anything parses it, and what kind of file it is in truth.

A workbook is a zip of XML: small ones can blow up to gigabytes. Counted while inflating, so that
what the archive claims about itself does not matter. Names lie: what counts is the content.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from app.services.exchange.cells import Trouble

MOST_BYTES = 20 * 2**20
MOST_INFLATED = 200 * 2**20
MOST_RATIO = 100
MOST_PARTS = 2000
MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CELLS = 5_000_000
SMALL = 4 * 2**20
"""Up to here the ratio does not matter: empty sheets shrink well."""

KNOWN = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".xls",
         ".xml", ".htm", ".html"}  # fmt: skip
_TEXT = {".csv", ".tsv", ".txt"}
_XML_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_BEGIN_OF_WORKBOOK = bytes.fromhex("0908100000060500")
_FILE_PASS = 0x2F


class FileKind(StrEnum):
    """Which reader a file needs, by its content."""

    XLSX = "xlsx"
    CALAMINE = "calamine"
    TEXT = "text"
    HTML = "html"
    XML = "xml"


class TooLarge(Exception):
    """More rows, columns or cells than any plant has; at one cell far outside, or altogether."""

    def __init__(self, sheet: str = "", row: int = 0, column: int = 0) -> None:
        super().__init__(sheet, row, column)
        self.sheet, self.row, self.column = sheet, row, column

    def trouble(self) -> Trouble:
        if not self.row:
            return Trouble("too_large")
        letters, column = "", self.column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return Trouble("far_cell", (("sheet", self.sheet), ("cell", f"{letters}{self.row}")))


def kind_of(path: Path) -> FileKind:
    """The kind of a file that ``trouble`` lets pass."""
    head = _head(path)
    if head.startswith(_OLE):
        return FileKind.CALAMINE
    if head.startswith(_ZIP):
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
        old = any(n.endswith("/workbook.bin") for n in names) or "content.xml" in names
        return FileKind.CALAMINE if old else FileKind.XLSX
    # The oldest workbooks have no container: their first record says so.
    if path.suffix.lower() == ".xls" and head[:1] == b"\x09" and head[1:2] in b"\x00\x02\x04\x08":
        return FileKind.CALAMINE
    markup = None if path.suffix.lower() in _TEXT else _markup(head)
    return markup or FileKind.TEXT


def _markup(head: bytes) -> FileKind | None:
    """A web page or an XML spreadsheet under whatever name; None for what is no markup."""
    start = _start(head)
    if start.startswith((b"<workbook", b"<ss:workbook")) or _XML_SPREADSHEET in start[:2000]:
        return (
            FileKind.XML if start.startswith((b"<?xml", b"<workbook", b"<ss:")) else FileKind.HTML
        )
    if start.startswith(b"<?xml") and b"<html" not in start:
        return FileKind.XML
    return FileKind.HTML if start.startswith(b"<") else None


def _start(head: bytes) -> bytes:
    return head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()


def trouble(path: Path) -> Trouble | None:
    """Why the file is refused, or None. Never raises for what is inside the file."""
    try:
        return _trouble(path)
    except FileNotFoundError:
        return Trouble("no_file")
    except OSError as error:
        return Trouble("unreadable", (("reason", error.strerror or ""),))


def _trouble(path: Path) -> Trouble | None:
    if path.is_dir():
        return Trouble("is_folder")
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        return Trouble("unknown_type", (("suffix", suffix),))
    size = path.stat().st_size
    if size == 0:
        return Trouble("empty_file")
    if size > MOST_BYTES:
        return Trouble("too_big", (("size", f"{size / 2**20:.0f}"),))
    head = _head(path)
    if head.startswith(_OLE):
        return _ole_trouble(path)
    if head.startswith(_ZIP):
        return _zip_trouble(path)
    if suffix in _TEXT or kind_of(path) is not FileKind.TEXT:
        return None
    return _misnamed(head)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _misnamed(head: bytes) -> Trouble | None:
    """Text under a workbook's name: read if it is a table, refused if it is noise."""
    start = _start(head)
    if start.startswith(b"mime-version:"):
        return Trouble("web_archive")
    lines = [line for line in start.splitlines() if line.strip()][:2]
    parted = any(all(sign in line for line in lines) for sign in (b",", b";", b"\t", b"|"))
    binary = sum(byte < 32 and byte not in b"\t\r\n" for byte in start)
    return None if len(lines) == 2 and parted and not binary else Trouble("damaged")


def _ole_trouble(path: Path) -> Trouble | None:
    """The container of old workbooks also holds documents, mails and encrypted new workbooks."""
    data = path.read_bytes()
    if _ENCRYPTED in data or _has_file_pass(data):
        return Trouble("password")
    if not any(name in data for name in _OLD_STREAMS):
        return Trouble("damaged")
    return None


def _has_file_pass(data: bytes) -> bool:
    """Whether an old workbook says among its first records that the others are encrypted."""
    place = data.find(_BEGIN_OF_WORKBOOK)
    end = place + 512 if place >= 0 else 0
    while place + 4 <= end:
        kind, length = struct.unpack_from("<HH", data, place) if place + 4 <= len(data) else (0, 0)
        if kind == _FILE_PASS:
            return True
        place += 4 + length
    return False


def _zip_trouble(path: Path) -> Trouble | None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                return Trouble("too_many_parts", (("parts", str(len(parts))),))
            inflated = 0
            for part in parts:
                if part.flag_bits & 1:
                    return Trouble("password")
                with archive.open(part) as stream:
                    while block := stream.read(2**16):
                        inflated += len(block)
                        if inflated > MOST_INFLATED or (
                            inflated > SMALL and inflated > MOST_RATIO * path.stat().st_size
                        ):
                            return Trouble("bomb")
            return _contents(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return Trouble("damaged")
    except RuntimeError:  # a part that wants a password after all
        return Trouble("password")


def _contents(archive: zipfile.ZipFile) -> Trouble | None:
    """A zip that holds no workbook, or an OpenDocument whose parts are encrypted."""
    names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names:
        manifest = next((n for n in archive.namelist() if n.lower() == "meta-inf/manifest.xml"), "")
        encrypted = manifest and b"encryption-data" in archive.read(manifest)
        return Trouble("password") if encrypted else None
    if not any(name.endswith(("/workbook.xml", "/workbook.bin")) for name in names):
        return Trouble("no_workbook")
    return None
