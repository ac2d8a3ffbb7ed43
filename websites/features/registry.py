"""Features by site marker: what they show, which forms they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from websites.errors import PageMissing, SignInNeeded
from websites.objects.scene import Heading, Scene
from websites.quotas.values import Quota


@dataclass(frozen=True)
class ActionCall:
    """A form that a visitor sent to a feature's page.

    Args:
        values: the last value of each field as typed, line ends as ``\\n``, without NUL; names as in the form.
        lists: all values of each field, for check boxes.
        sender: who sends it, as :func:`websites.quotas.sender_of` says.
    """

    scene: Scene
    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, UploadedFile[Any]] = field(default_factory=dict)
    sender: str = ""

    def value(self, name: str) -> str:
        """The field's value without space around it, "" where it was not sent."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True)
class ActionDone:
    """It is done; the visitor is led to ``path`` (of this site), where ``notice`` is said.

    Args:
        notice: a word of ours, such as ``case-created``: the page shows the snippet ``Notice/case-created``.
        params: query parameters of the page, such as the number of a list's page.
        anchor: the element to come to, without ``#``.
    """

    path: str
    notice: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""


@dataclass(frozen=True)
class Document:
    """A text that is answered instead of a page, such as a feed, or a file to be kept by the visitor.

    Args:
        content: of a file; it is never shown within the site.
        file_name: what the browser may call it.
    """

    body: str
    content_type: str
    content: bytes | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Opened:
    """What a feature shows for a scene, where its objects alone do not say it.

    Args:
        objects: of the page's template.
        heading: title, summary and places above of the thing that the tail names.
        template_id: page template to use instead of the page's own; one that the site lacks counts as none.
        is_live: as :class:`Feature` has it, for this scene; None: as the feature says.
        document: answered instead of a page.
    """

    objects: Mapping[str, object] = field(default_factory=dict)
    heading: Heading | None = None
    template_id: str = ""
    is_live: bool | None = None
    document: Document | None = None


Action = Callable[[ActionCall], ActionDone]


@dataclass(frozen=True)
class Feature:
    """What the page of a site marker can do.

    Args:
        open: makes the objects of the page's template for a scene, or says with :class:`Opened` what else is to be
            known. Raises :class:`PageMissing` or :class:`websites.errors.PageDenied` where the scene's tail names
            nothing, or nothing for this visitor.
        actions: forms by the name in their hidden field ``_action``. An action checks rights itself, by
            ``scene.access``; it raises :class:`websites.errors.FormRefused` for what cannot be accepted.
        quotas: how often one sender may send a form, by its name; what is not named may be sent without end.
        takes_tail: whether the page shows something that the rest of the path names.
        needs_sign_in: whether the page is for visitors who are signed in.
        is_live: whether the page is made anew for every visit. False only where the objects are made of the site's
            content alone.
        is_shown_again: whether a live page may be shown to others as somebody who was not signed in saw it last, while
            the organization is away. Only where it then holds nothing of one visitor, such as a form's word.
    """

    marker: str
    open: Callable[[Scene], Mapping[str, object] | Opened]
    actions: Mapping[str, Action] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    takes_tail: bool = False
    needs_sign_in: bool = False
    is_live: bool = True
    is_shown_again: bool = False

    def opened(self, scene: Scene) -> Opened:
        """What is shown for the scene."""
        found = self.open(scene)
        return found if isinstance(found, Opened) else Opened(found)

    def check(self, scene: Scene) -> None:
        """Raises :class:`SignInNeeded` or :class:`PageMissing` before anything is asked of the organization."""
        if self.needs_sign_in and scene.visit.visitor is None:
            raise SignInNeeded("Please sign in.")
        if scene.tail and not self.takes_tail:
            raise PageMissing("There is no page at this address.")


Finder = Callable[[Scene], Feature | None]
FEATURES: dict[str, Feature] = {}
FINDERS: list[Finder] = []


def finder_register(find: Finder) -> None:
    """Make features known that belong to pages for another reason than a site marker, such as a form they carry."""
    if find not in FINDERS:
        FINDERS.append(find)


def feature_register(feature: Feature) -> Feature:
    """Make a feature known; one a marker."""
    if FEATURES.setdefault(feature.marker, feature) is not feature:
        raise ValueError(f"Two features for the site marker {feature.marker}.")
    return feature


def feature_at(scene: Scene) -> Feature | None:
    """The feature of the scene's page."""
    marked = next((feature for marker, feature in FEATURES.items() if scene.is_page(marker)), None)
    return marked or next((found for find in FINDERS if (found := find(scene))), None)


def tail_markers() -> frozenset[str]:
    """Markers whose pages take a tail."""
    return frozenset(marker for marker, feature in FEATURES.items() if feature.takes_tail)


def sign_in_markers() -> frozenset[str]:
    """Markers whose pages are for visitors who are signed in."""
    return frozenset(marker for marker, feature in FEATURES.items() if feature.needs_sign_in)


SHARED: dict[str, Callable[[Scene], object]] = {}


def shared_register(name: str, make: Callable[[Scene], object]) -> None:
    """Give every page's template an object of a feature's, such as what a home page shows of it.

    Args:
        make: cheap for a page that does not use the object, and the same for everybody who is not signed in: such pages
            are kept.
    """
    if SHARED.setdefault(name, make) is not make:
        raise ValueError(f"Two features share an object {name}.")


def shared_objects(scene: Scene) -> dict[str, object]:
    """What the features share with every page."""
    return {name: make(scene) for name, make in SHARED.items()}
