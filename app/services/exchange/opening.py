"""Files opened for an import: read, recognised, and a draft of what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from app.models.database import Database
from app.services.exchange.answers import EVERY_FILE, Answers, answer_id, file_of
from app.services.exchange.draft import Draft
from app.services.exchange.evidence import known_codes
from app.services.exchange.fitting import Fit, best_fit, fit_of
from app.services.exchange.page_store import PageStore, ReadFile
from app.services.exchange.plan import MappingText, Plan, checked_mapping
from app.services.exchange.saved_mappings import load_mapping, saved_mappings
from app.services.exchange.tables import file_hash
from app.services.site import planning_now, site

STANDING = ("year", "encoding", "delimiter", "decimal")
"""Answers about how files are written: true for the next export as well."""


@dataclass(frozen=True, slots=True)
class Opened:
    """``fit``: the mapping in use, None for proposals; ``answers``: its corrections of these
    files."""

    files: tuple[ReadFile, ...]
    draft: Draft
    fit: Fit | None
    answers: Mapping[str, str]


def open_files(
    database: Database, paths: Sequence[Path], store: PageStore, answers: Mapping[str, str],
    mapping: MappingText | None = None, *, recognise: bool = True,
    tell: Callable[[int], None] | None = None, stop: Callable[[], bool] | None = None,
) -> Opened:  # fmt: skip
    """Reads files and drafts their mapping: ``mapping`` if one is given, else the saved one that
    fits (if ``recognise``), else proposals.

    Errors: ``RuleBroken`` for a given mapping that cannot be followed.
    """
    files = store.read_all(paths, Answers(answers), tell, stop)
    zone = ZoneInfo(site(database).time_zone)
    today = planning_now(database).astimezone(zone).date()
    known = known_codes(database)
    draft = Draft(files, known, today)
    fit = None
    if mapping is not None:
        fit = fit_of(mapping, draft.foreign) or Fit(mapping, checked_mapping(mapping), True)
    elif recognise and draft.foreign:
        saved = [load_mapping(database, row.name) for row in saved_mappings(database)]
        fit = best_fit(saved, draft.foreign)
    if fit is None:
        return Opened(tuple(files), Draft.proposed(files, known, today), None, {})
    draft = Draft.of_mapping(fit, files, known, today)
    return Opened(tuple(files), draft, fit, _corrections(checked_mapping(fit.mapping), files))


def _corrections(plan: Plan, files: Sequence[ReadFile]) -> dict[str, str]:
    """Corrections of the mapping that belong to these very files."""
    by_name = {file.path.name: file.path for file in files}
    found: dict[str, str] = {}
    for correction in plan.get("corrections", ()):
        path = by_name.get(correction["file"])
        if path is not None and correction.get("sha256", "") in ("", file_hash([path])):
            found |= correction.get("answers", {})
    return found


def mapping_of(
    draft: Draft, name: str, answers: Mapping[str, str], asked_in: Mapping[str, str]
) -> MappingText:
    """The draft as a mapping to keep: with what was answered, and the corrections of each file.

    ``asked_in``: question -> file, for questions whose id does not name it.
    """
    plan = draft.plan()
    by_name = {file.path.name: file.path for file in draft.files}
    standing = dict(plan.get("answers", {}))
    corrections: dict[str, dict[str, str]] = {}
    for question, answer in answers.items():
        kind = question.partition(":")[0]
        file = asked_in.get(question) or file_of(question)
        if kind in STANDING:
            same = {a for q, a in answers.items() if q.partition(":")[0] == kind} == {answer}
            standing[answer_id(kind, EVERY_FILE) if same else question] = answer
        elif file in by_name:
            corrections.setdefault(file, {})[question] = answer
    if standing:
        plan["answers"] = standing
    if corrections:
        plan["corrections"] = [
            {"file": file, "sha256": file_hash([by_name[file]]), "answers": found}
            for file, found in corrections.items()
        ]
    return MappingText.of_plan(name, plan)
