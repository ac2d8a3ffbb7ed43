"""Reads an export's folder: the newer one of a row a file (``.powerpages-site``), and the older one of lists.

Every value is read as text and becomes what its column is later; a file is never followed out of the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from websites.errors import ExportRefused
from websites.importing.kinds import IGNORED, PARTS, TABLES, kind_of

LARGEST_TEXT = 5 * 1024 * 1024
LARGEST_FILE = 10 * 1024 * 1024
MOST = 20_000  # files
ROOT = "website.yml"


@dataclass(frozen=True)
class Record:
    """One row of an export.

    Args:
        values: column without ``adx_`` -> text, or a list of texts.
        file: content of a web file.
    """

    kind: str
    id: str
    values: Mapping[str, Any]
    place: str
    file: Path | None = None

    @property
    def name(self) -> str:
        return str(self.values.get("name") or self.values.get("entityname") or self.place)


@dataclass
class Export:
    """All that a folder holds. ``left`` are sentences about what could not be read."""

    records: list[Record] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Record]:
        return [record for record in self.records if record.kind == kind]


def export_read(folder: Path) -> Export:
    """The export in ``folder``, or in its only folder that holds one.

    Raises:
        ExportRefused: there is none.
    """
    root = _root(folder)
    found = Export()
    for path in sorted(_files(root)):
        kind = kind_of(path.name)
        if kind in IGNORED:
            continue
        try:
            found.records.extend(_records(root, path, kind))
        except (ValueError, yaml.YAMLError, OSError) as wrong:
            found.left.append(f"file {path.relative_to(root)}: {' '.join(str(wrong).split())[:200]}")
    found.left.extend(_without_row(root, found))
    return found


def _root(folder: Path) -> Path:
    if (folder / ROOT).is_file():
        return folder
    below = [path.parent for path in sorted(folder.glob(f"*/{ROOT}"))] or [
        path.parent for path in sorted(folder.glob(f".*/{ROOT}"))
    ]
    if len(below) != 1:
        raise ExportRefused(
            f"There is no exported site in {folder.name or folder}: {ROOT} is "
            + ("not there." if not below else f"there {len(below)} times; name one of the folders.")
        )
    return below[0]


def _files(root: Path) -> Iterator[Path]:
    inside = root.resolve()
    for count, path in enumerate(root.rglob("*.yml")):
        if count > MOST:
            raise ExportRefused(f"The export holds more than {MOST} files.")
        if path.is_file() and path.resolve().is_relative_to(inside):
            yield path


def _records(root: Path, path: Path, kind: str) -> Iterator[Record]:
    content = yaml.load(_text(path), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts, lists and maps only
    rows = content if isinstance(content, list) else [content] if content else []
    for row in rows:
        if not isinstance(row, dict):
            raise ValueError("it is not a row, nor a list of rows")
        values = {str(name).removeprefix("adx_"): value for name, value in row.items()}
        yield Record(
            kind=kind,
            id=_id(values, kind).lower(),
            values={**values, **_parts(path, root)} if not isinstance(content, list) else values,
            place=str(path.relative_to(root)),
            file=_content(path, kind, root),
        )


def _id(values: Mapping[str, Any], kind: str) -> str:
    table = TABLES.get(kind, "").removeprefix("adx_")
    found = next((str(values[name]) for name in ("id", f"{table}id", f"{kind}id") if values.get(name)), "")
    if table and not found:
        raise ValueError("the row has no id")
    return found


def _parts(path: Path, root: Path) -> dict[str, str]:
    """Columns that stand in files beside the row's."""
    base = path.name.removesuffix(".yml")
    beside = {column: path.with_name(f"{base}.{end}") for end, column in PARTS.items()}
    inside = root.resolve()
    return {
        column: _text(file)
        for column, file in beside.items()
        if file.is_file() and file.resolve().is_relative_to(inside)
    }


def _content(path: Path, kind: str, root: Path) -> Path | None:
    if kind != "webfile":
        return None
    file = path.with_name(path.name.removesuffix(".webfile.yml"))
    if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
        return None
    return file


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_TEXT:
        raise ValueError(f"it is larger than {LARGEST_TEXT // 1024 // 1024} MiB")
    return path.read_text(encoding="utf-8-sig")


def _without_row(root: Path, found: Export) -> Iterator[str]:
    """Files that belong to no row that was read."""
    known = {root / record.place for record in found.records}
    rowless = {
        path
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".yml" and not path.name.startswith(".") and not _belongs(path, known)
    }
    yield from (f"file {path.relative_to(root)}: it belongs to no row of the export" for path in sorted(rowless))


def _belongs(path: Path, known: set[Path]) -> bool:
    if path.with_name(f"{path.name}.webfile.yml") in known:
        return True
    base = next((path.name.removesuffix(f".{end}") for end in PARTS if path.name.endswith(f".{end}")), path.stem)
    return any(path.with_name(f"{stem}.yml") in known for stem in (base, base.rpartition(".")[0]))
