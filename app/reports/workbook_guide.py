"""docs/workbook.md, written from the one description of the workbook: it cannot go stale.

``python -m app.reports.workbook_guide > docs/workbook.md``
"""

from __future__ import annotations

from collections.abc import Iterator

from app.services.exchange.sheets import SHEETS, Column, Kind, Sheet

_INTRODUCTION = """# The import workbook

One workbook brings a whole plant in and takes it out again. `python -m app template plant.xlsx`
writes it empty, with drop-downs, explanations and one example a sheet; `python -m app export
plant.xlsx` writes it with your data. (Spreadsheets of another shape come in through a
[mapping file](mapping.md).)

    python -m app import plant.xlsx --check        # report only
    python -m app import plant.xlsx                # all of it, or (with an error) nothing
    python -m app import plant.xlsx --json report.json

**Shape.** Row 1 holds Chinese headers, row 2 English ones, row 3 explanations, row 4 of the
template an example; the rows marked 说明 or 示例 in the first column are skipped. Either header
alone is enough, on any of the first 30 rows, columns in any order. Sheets that are missing mean
"unchanged"; sheets and columns the program does not know are reported, not read.

**Files.** `.xlsx`, `.xlsm`, `.xls`, `.xlsb`, `.ods` and text tables (`.csv`, `.tsv`, `.txt`); what
counts is the content, not the name. Read as they are: both date systems (1900 and 1904), strict
Open XML, hidden sheets and hidden or filtered rows (and that is said), cells merged downwards (the
value in each of their rows). Refused with a sentence: files with a password, web pages and XML
spreadsheets of 2003 under a workbook's name, damaged, cut off or empty files, archives that inflate
to far more than their size, a cell far outside any table. In `.xls`, `.xlsb` and `.ods` error cells
look like blanks; that is said at each import.

**Text tables.** The encoding (UTF-8, GB18030, UTF-16, CP949, CP1252), the sign between the cells
(`,` `;` tab `|`) and the decimal sign (`1,234.56` or `1.234,56`) are found from the content. Where
more than one reading is possible a warning names what was taken and asks; `--encoding`,
`--delimiter` and `--decimal` say it for all text tables. Quotation marks that do not pair, UTF-8
that was cut or damaged, and rows of another length than the table are named, never mended silently.

**Cells.** Codes are text (leading zeros stay). An empty cell leaves the field as it is; `-` or
`清空` deletes its value. Full-width digits, blanks and thousand commas in numbers are read and
reported as cleaned; `100支` in a number is an error that proposes `100` and the unit. Numbers keep
up to six decimal places and are never rounded. In columns of percents `5`, `5%` and a cell
formatted as 5 % are all five, and what was taken is said. Dates: spreadsheet dates, `2026-03-05`,
`2026/3/5`, `2026.3.5`, with an optional time `14:30` on the plant's clock; a due day without a time
ends with the day shift. `3月5日` asks once per file for the year. `月底`, `急`, `待定`, numbers and
other ways to write a date are errors that propose a date; what is left of a destroyed date
(`59:30.0`) is refused.
A formula that was never calculated and a cell that shows an error are errors.

**Proposals and questions.** Many errors carry a proposal: an unknown code the one known code that
looks like it (`HX–15` for `HX-15`, `O` for `0`, `123` for `00123`) or is one letter apart. Two rows
of one line of a bill of material, the year of dates without one, a customer nobody has listed, and
doubts about a text table are questions with choices. Nothing is taken without an answer. Answers
have ids, which the report shows, and are passed back in the import page or on the command line:

    python -m app import plant.xlsx --answer "year:plant.xlsx=next"
    python -m app import plant.xlsx --answer "bom:HX-15-W/A/SL-A=sum"     # or first, last, both
    python -m app import plant.xlsx --answer "cell:plant.xlsx/订单/7/数量=100"
    python -m app import orders.csv --encoding gb18030 --delimiter ";" --decimal ","

**Rows.** `操作` = `停用` retires a record; nothing is ever deleted. A second import of the same
file changes nothing; an export imported again changes nothing; one edited cell is one change. A row
that says the same again is taken once; two rows that say different things of one record are errors.
Working units, work centres, skills and locations come into being when they are first named; two
records whose codes look alike are both named. A sheet of exactly 10,000, 50,000, 65,535, 65,536 or
1,048,575 rows was probably cut off by the program that exported it: that is a warning.

**Limits.** 20 MB a file, 200 MB unpacked, 2,000 parts, 200,000 rows and 500 columns a sheet.

**The report** (`--json`): `ok`, `written`, `files`, `new`, `changed`, `unchanged`, `sheets` (a list
of `sheet`, `new`, `changed`, `unchanged`) and `problems` (a list of `severity` — `error`,
`warning`, `cleaned`, `assumed` — `file`, `sheet`, `row`, `column`, `value`, `code`, `message`, and
`cell` (the id to answer another text under), `fix` (what could stand there), `also` (what then goes
into other columns), `question` (an id)) and `questions` (`id`, `text`, `options`, `proposed`,
`open`).

R = required. The words of a choice are separated by ` / `.
"""

_KINDS = {
    Kind.CODE: "code", Kind.TEXT: "text", Kind.INTEGER: "whole number", Kind.QUANTITY: "number",
    Kind.SIGNED: "number, also below zero",
    Kind.FACTOR: "number or fraction", Kind.BOOL: "是 / 否", Kind.DATE: "date",
    Kind.MOMENT: "date, time", Kind.TIME: "time of day", Kind.SPANS: "08:00-12:00;13:00-17:00",
    Kind.WEEKDAY: "1–7", Kind.WEEKDAYS: "二,四", Kind.CODES: "A;B", Kind.RATED: "A:50;B",
    Kind.GRADED: "skill:A;skill", Kind.DATED: "name=2027-03-31", Kind.ATTRIBUTES: "name=value",
    Kind.WAIT: "30分, 36时, 2天", Kind.LINKS: "10FS;20SS+30", Kind.DELIVERIES: "200@2026-12-05",
    Kind.SEQUENCE: "白7夜7", Kind.ISSUED: "全部 / 无 / code:quantity",
    Kind.POWER: "仅 22:00-08:00, only 22:00-08:00",
    Kind.ROUTE: "浇注(52分/模次)→烘干(18时/批)",
}  # fmt: skip


def workbook_guide() -> str:
    """The page as Markdown."""
    return "\n".join([_INTRODUCTION, *(line for sheet in SHEETS for line in _sheet(sheet))])


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"## {sheet.zh} {sheet.key}\n"
    yield f"A record is known by: {', '.join(sheet.identity)}.\n"
    if sheet.open_prefixes:
        yield "Further columns headed `特性:…` become typed characteristics.\n"
    yield "| 中文 | English | R | holds | example | note |"
    yield "|---|---|---|---|---|---|"
    for column in sheet.columns:
        yield _row(column)
    yield ""


def _row(column: Column) -> str:
    holds = " / ".join(column.words().values()) if column.choices else _KINDS[column.kind]
    required = "R" if column.required else ""
    cells = (column.zh, f"`{column.key}`", required, holds, column.example, column.note[1])
    return "| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in cells) + " |"


if __name__ == "__main__":
    print(workbook_guide(), end="")
