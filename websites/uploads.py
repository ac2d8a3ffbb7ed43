"""Files that visitors send, as they arrive: kept in memory, never on disk, no more of one than any form takes."""

from __future__ import annotations

from core.uploads import SmallFileHandler

LARGEST = 10 * 1024 * 1024  # bytes of one file
LARGEST_FORM = LARGEST + 1024 * 1024  # of a whole form


class PortalFileHandler(SmallFileHandler):
    largest = LARGEST
