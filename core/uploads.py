"""Files that people send: kept in memory, never on disk, and no more of one than the largest that any form takes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 1024 * 1024  # bytes; what is longer arrives one byte longer than this, so that it can be told


class SmallFileHandler(FileUploadHandler):
    """Reads the whole file from the network and keeps its beginning."""

    largest = LARGEST

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """None: no other handler needs it."""
        self.kept.write(raw_data[: max(0, self.largest + 1 - self.kept.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, size, self.charset, self.content_type_extra
        )
