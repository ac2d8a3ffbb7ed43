"""What can stop a solution from being installed, or the starter content from being imported."""

from __future__ import annotations

from collections.abc import Sequence

from operations.workflow import StepFailed


class PrerequisiteMissing(StepFailed):
    """Solutions that must be installed first are not there (``service_text``: what the organization said of it)."""

    default_code = "solutions:prerequisite-missing"

    def __init__(self, title: str, prerequisites: Sequence[str], *, service_code: str = "", text: str = "") -> None:
        names = ", ".join(prerequisites)
        sentence = f"{title} cannot be installed yet. Install these first: {names}."
        context = {"solution": title, "prerequisites": names, "service_code": service_code, "service_text": text}
        super().__init__(sentence, context=context)


class InstallFailed(StepFailed):
    """The organization took the import and ended it with an error, or refused it."""

    default_code = "solutions:install-failed"

    def __init__(self, title: str, *, service_code: str = "", text: str = "") -> None:
        said = f": {text}" if text else "."
        reason = f"{text} ({service_code})" if service_code else text
        context = {"solution": title, "reason": reason, "service_code": service_code, "service_text": text}
        super().__init__(f"{title} could not be installed{said}", context=context)


class ContentRefused(StepFailed):
    """The organization refused a row of the starter content, or does not keep what it took."""

    default_code = "solutions:content-refused"

    def __init__(self, table: str, *, service_code: str = "", text: str = "") -> None:
        said = f": {text}" if text else "."
        reason = f"{text} ({service_code})" if service_code else text
        context = {"table": table, "reason": reason, "service_code": service_code, "service_text": text}
        super().__init__(f"The starter content could not be imported into {table}{said}", context=context)
