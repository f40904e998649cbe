"""What a file may be before anything parses it.

A workbook is a zip of XML: small ones can blow up to gigabytes. Counted while inflating, so that
what the archive claims about itself does not matter.
"""

from __future__ import annotations

import zipfile
import zlib
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

ZIPPED = {".xlsx", ".xlsm", ".xlsb", ".ods"}
PLAIN = {".csv", ".tsv", ".txt"}
OLD = {".xls"}
KNOWN = ZIPPED | PLAIN | OLD
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    if suffix not in ZIPPED:
        return None
    with path.open("rb") as file:
        head = file.read(8)
    if head == _OLE:
        return Trouble("password")
    return _zip_trouble(path)


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
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return Trouble("damaged")
    return None
