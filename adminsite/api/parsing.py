"""Reading JSON bodies: what Python cannot read is the caller's mistake, not our breakdown."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request


class SafeJSONParser(JSONParser):
    """The library's parser within Django's size limit, and with an answer for bodies nested too deep."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        request = (parser_context or {}).get("request")
        # .body counts against DATA_UPLOAD_MAX_MEMORY_SIZE; reading the stream would not.
        whole = BytesIO(request._request.body) if isinstance(request, Request) else stream
        try:
            return super().parse(whole, media_type, parser_context)
        except RecursionError as deep:
            raise ParseError("The body is nested too deep.") from deep
