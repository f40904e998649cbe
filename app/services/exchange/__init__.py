"""Exchange with other programs: workbooks in and out."""

from app.services.exchange.importing import import_files, plan_import
from app.services.exchange.report import ImportReport

__all__ = ["ImportReport", "import_files", "plan_import"]
