"""Exchange with other programs: workbooks in and out.

The names are loaded on first use: the child that reads files (see ``child``) needs none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.services.exchange.importing import import_files, plan_import
    from app.services.exchange.report import ImportReport

__all__ = ["ImportReport", "import_files", "plan_import"]


def __getattr__(name: str) -> Any:
    if name == "ImportReport":
        from app.services.exchange import report

        return report.ImportReport
    if name in __all__:
        from app.services.exchange import importing

        return getattr(importing, name)
    raise AttributeError(name)
