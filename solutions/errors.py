"""What can stop a solution from being installed, or the starter content from being imported."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import Conflict, NotFound
from operations.workflow import StepFailed


class PrerequisiteMissing(StepFailed):
    """Solutions that must be installed first are not there (``service_text``: what the organization said of it)."""

    default_code = "solutions:prerequisite-missing"

    def __init__(self, title: str, prerequisites: Sequence[str], *, service_code: str = "", text: str = "") -> None:
        names = ", ".join(prerequisites)
        sentence = f"{title} cannot be installed yet. Install these first: {names}."
        context = {"solution": title, "prerequisites": names, "service_code": service_code, "service_text": text}
        super().__init__(sentence, context=context)


class Refused(StepFailed):
    """The organization did not do it; its own words, where it had some, stand behind our sentence.

    Args:
        what: the thing that was refused; ``about`` is what ``context`` calls it.
    """

    about = "solution"
    sentence = ""  # about {what}, without an end

    def __init__(self, what: str, *, service_code: str = "", text: str = "") -> None:
        reason = f"{text} ({service_code})" if service_code else text
        context = {self.about: what, "reason": reason, "service_code": service_code, "service_text": text}
        super().__init__(self._said(self.sentence.format(what=what), text, reason), context=context)

    def _said(self, sentence: str, text: str, reason: str) -> str:
        return f"{sentence}: {reason}" if text else f"{sentence}."


class InstallFailed(Refused):
    """The organization took the import and ended it with an error, or refused it."""

    default_code = "solutions:install-failed"
    sentence = "{what} could not be installed"


class ContentRefused(Refused):
    """The organization refused a row of the starter content, or does not keep what it took."""

    default_code = "solutions:content-refused"
    about = "table"
    sentence = "The starter content could not be imported into {what}"


class UninstallFailed(Refused):
    """The organization refused to uninstall, for a reason of its own."""

    default_code = "solutions:uninstall-failed"
    sentence = "{what} could not be uninstalled"

    def _said(self, sentence: str, text: str, reason: str) -> str:
        return f"{sentence}. {reason}"


class LanguageMismatch(StepFailed):
    """The organization's default language is none in which a portal can be installed."""

    default_code = "solutions:language-mismatch"


class SolutionNeeded(StepFailed):
    """Other solutions need the one that should go; in the organization's words where it said them."""

    default_code = "solutions:dependents"

    def __init__(self, title: str, dependents: Sequence[str], *, service_code: str = "0x8004f01f") -> None:
        code = service_code.removeprefix("0x").removeprefix("0X").lower()
        names = ", ".join(dependents)
        needed_by = f" Needed by: {names}." if names else ""
        sentence = (
            f"Solution {title} cannot be deleted due to dependencies from other components in the system. "
            f"Remove all dependencies to allow for solution deletion. Error code {code}.{needed_by}"
        )
        super().__init__(sentence, context={"solution": title, "dependents": names, "service_code": service_code})


class SolutionInUse(StepFailed):
    """Portals are made of the solution that should go."""

    default_code = "solutions:in-use"

    def __init__(self, title: str, portals: Sequence[str]) -> None:
        names = ", ".join(portals)
        sentence = f"{title} cannot be uninstalled: it is part of {names}."
        super().__init__(sentence, context={"solution": title, "portals": names})


class CircularDependency(Conflict):
    """Packages require each other in a circle, so none of them can be the first."""

    default_code = "solutions:circular"

    def __init__(self, circle: Sequence[str]) -> None:
        path = " -> ".join(circle)
        super().__init__(f"These solutions require each other in a circle: {path}.", context={"circle": path})


class SolutionUnknown(NotFound):
    """No package of ours has that name."""

    default_code = "solutions:unknown"


class SolutionsBusy(Conflict):
    """Solutions are being installed, upgraded or uninstalled in the organization already."""

    default_code = "solutions:installing"


class SolutionWrongState(Conflict):
    """The solution is not in a state in which this can be done: nothing failed, nothing to upgrade, not installed."""

    default_code = "solutions:wrong-state"


class ImportRunning(Conflict):
    """The organization is in the middle of an import, which nobody can stop."""

    default_code = "solutions:import-running"
