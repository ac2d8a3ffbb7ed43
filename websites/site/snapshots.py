"""The rows a site was last made of, on disk: a restarted process shows pages at once, the organization away or not."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from uuid import UUID

from websites.site.reading import text_shared
from websites.site.rows import TABLES, SiteRows

logger = logging.getLogger(__name__)
# Rows read with other columns are of no use to this program.
FORMAT = json.dumps([[table.entity_set, *table.select, table.expand_all] for table in TABLES])


def snapshot_write(folder: Path, *, portal_id: UUID, website_id: UUID, rows: SiteRows) -> None:
    """Keep ``rows``; a full disk costs the snapshot, nothing else."""
    content = {"format": FORMAT, "website": str(website_id), "tables": rows.tables, "versions": rows.versions}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".tmp", delete=False) as file:
            json.dump(content, file)
        os.replace(file.name, _path(folder, portal_id))
    except OSError as problem:
        logger.warning("The site's snapshot was not kept: %s", problem.strerror, extra={"portal_id": str(portal_id)})


def snapshot_read(folder: Path, *, portal_id: UUID, website_id: UUID) -> SiteRows | None:
    """The kept rows; None where there are none, or of another website, or of another version of this program."""
    try:
        content = json.loads(_path(folder, portal_id).read_text())
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("website") != str(website_id):
        return None
    tables = {
        name: [{column: text_shared(value) for column, value in row.items()} for row in rows]
        for name, rows in content["tables"].items()
    }
    return SiteRows(tables=tables, versions=content["versions"])


def _path(folder: Path, portal_id: UUID) -> Path:
    return folder / f"{portal_id}.json"
