"""Master data as people edit it: rows of the workbook's sheets, read, shown, changed, removed.

A sheet's description (``exchange.sheets``) is the one description of a kind of record: import,
export, tables, forms and pasted cells all read it, and what an edit writes goes through the same
rules as an import of that row.
"""
