"""An organization's rows in memory, and portals whose sites are made of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import Unavailable
from organizations.errors import OrganizationRefused
from organizations.models import Organization
from portals.models import PackageInstallStatus, Portal, PortalLicense
from solutions.content import content_links, content_rows
from solutions.content.templates_reader import templates
from tests.builders.odata import expands, holds
from websites.runtime import Runtime
from websites.sites import SiteStore

Row = dict[str, Any]
LOOKUPS = {  # collection-valued navigation property -> column of the many side
    "adx_communityforumthrea_firstpost": "_adx_firstpostid_value",
    "adx_communityforumpost_communityforumthread": "_adx_lastpostid_value",
    "adx_communityforum_lastpost": "_adx_lastpostid_value",
}
RESOLVED = 1  # statecode of a case
NOBODY = uuid.UUID(int=0)


class RowsInMemory:
    """A :class:`websites.ports.RowSource`. ``calls`` counts; ``is_away`` makes it refuse everything."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Row]] = {}
        self.versions: dict[str, int] = {}
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self.resolutions: list[str] = []  # subjects of cases that were closed
        self.is_away = False
        self._version = 1000

    def put(self, entity_set: str, id_: str, **values: Any) -> str:
        """Write a row over what is there; returns its id."""
        self._version += 1
        before = self.tables.setdefault(entity_set, {}).get(id_, {"statecode": 0})
        self.tables[entity_set][id_] = {**before, **values, "versionnumber": self._version}
        return id_

    def remove(self, entity_set: str, id_: str) -> None:
        del self.tables[entity_set][id_]

    def rows(
        self,
        entity_set: str,
        *,
        select: Sequence[str] = (),
        filter: str = "",
        orderby: str = "",
        expand: str = "",
        top: int | None = None,
    ) -> Iterator[Row]:
        self.calls.append((entity_set, tuple(select)))
        self._answer()
        found = [row for row in self._whole(entity_set) if holds(row, filter, self._follow)]
        for part in reversed([part.split() for part in orderby.split(",") if part]):
            found.sort(key=lambda row: str(row.get(part[0]) or ""), reverse=part[-1] == "desc")
        for row in found[:top]:
            kept = {column: row.get(column) for column in select or row} | self._expanded(row, expand)
            yield kept | {"@odata.etag": _etag(row)}

    def _answer(self) -> None:
        if self.is_away:
            raise Unavailable("The organization does not answer.")

    def _whole(self, entity_set: str) -> list[Row]:
        key = _key(entity_set)
        return [{key: id_, **row} for id_, row in list(self.tables.get(entity_set, {}).items())]

    def counted(self, entity_set: str, *, top: int, **options: Any) -> tuple[int, list[Row]]:
        """As :meth:`rows`, one call."""
        found = list(self.rows(entity_set, **options))
        return len(found), found[:top]

    def _expanded(self, row: Row, expand: str) -> Row:
        """Linked rows of a many-to-many relationship, or the row that a lookup leads to, expanded in its turn."""
        made: Row = {}
        for name, options in expands(expand):
            found = row[name] if name in row else self._follow(row, name)
            inner = next((part[8:] for part in options if part.startswith("$expand=")), "")
            made[name] = {**found, **self._expanded(found, inner)} if isinstance(found, dict) else found or []
        return made

    def _follow(self, row: Mapping[str, Any], navigation: str) -> Row | None:
        """``objectid_incident`` leads where ``_objectid_value`` does."""
        parts = navigation.lower().split("_")
        columns = [f"_{'_'.join(parts[:length])}_value" for length in range(len(parts), 0, -1)]
        id_ = next((str(row[column]) for column in columns if row.get(column)), "")
        return next(
            (table[id_] | {"id": id_, _key(name): id_} for name, table in self.tables.items() if id_ in table), None
        )

    def row(self, entity_set: str, id: uuid.UUID, *, select: Sequence[str] = (), expand: str = "") -> Row | None:
        key = _key(entity_set)
        return next(self.rows(entity_set, select=select, filter=f"{key} eq {id}", expand=expand), None)

    def upsert(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any]) -> None:
        self._answer()
        if entity_set == "incidents" and values.get("statecode") == RESOLVED:
            raise OrganizationRefused("Only CloseIncident resolves a case.", status=400)
        read = dict(pair for key, value in values.items() for pair in _columns(key, value))
        self.put(entity_set, str(id), **(self._born(entity_set, str(id)) | read))

    def _born(self, entity_set: str, id_: str) -> Row:
        """What the organization itself gives a new row."""
        if id_ in self.tables.get(entity_set, {}):
            return {}
        number = f"CAS-{len(self.tables.get(entity_set, {})) + 1:05d}-A1B2C3"
        numbers = {"ticketnumber": number, "statuscode": 1} if entity_set == "incidents" else {}
        return {"createdon": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **numbers}

    def update(self, entity_set: str, id: uuid.UUID, values: Mapping[str, Any], *, etag: str = "*") -> None:
        there = self.tables.get(entity_set, {}).get(str(id))
        if there is None:
            raise OrganizationRefused("There is no such row.", code="organizations:not-found")
        if etag not in {"*", _etag(there)}:
            raise OrganizationRefused("Somebody else has changed the row.", code="organizations:row-changed")
        self.upsert(entity_set, id, values)

    def close_case(self, id: uuid.UUID, *, subject: str) -> None:
        self._answer()
        if self.tables["incidents"][str(id)].get("statecode") == RESOLVED:
            raise OrganizationRefused("This case has already been resolved.", status=400)
        self.resolutions.append(subject)
        self.put("incidents", str(id), statecode=RESOLVED, statuscode=5)

    def associate(self, entity_set: str, id: uuid.UUID, navigation: str, target_set: str, target_id: uuid.UUID) -> None:
        if navigation in LOOKUPS:  # one-to-many: the other row's lookup keeps it
            self.put(target_set, str(target_id), **{LOOKUPS[navigation]: str(id)})
            return
        target = {_key(target_set): str(target_id)}
        self.put(entity_set, str(id), **{navigation: [*self.tables[entity_set][str(id)].get(navigation, []), target]})

    def delete(self, entity_set: str, id: uuid.UUID) -> None:
        self.tables.get(entity_set, {}).pop(str(id), None)


def _key(entity_set: str) -> str:
    """The column of a table's ids."""
    singular = f"{entity_set[:-3]}y" if entity_set.endswith("ies") else entity_set.removesuffix("s")
    return f"{singular}id"


def _etag(row: Mapping[str, Any]) -> str:
    return f'W/"{row.get("versionnumber", 0)}"'


class SiteInMemory:
    """One website in an organization's rows: a small knowledge base with the starter content's templates."""

    def __init__(self, rows: RowsInMemory, *, name: str = "Contoso Support") -> None:
        self.rows = rows
        self.id = str(uuid.uuid4())
        rows.put("adx_websites", self.id, adx_name=name, adx_website_language=1033)
        self.published = self._put("adx_publishingstates", adx_name="Published", adx_isvisible=True)
        self.draft = self._put("adx_publishingstates", adx_name="Draft", adx_isvisible=False)
        self.templates = {n: self.template(n, source) for n, source in templates().items()}
        self.page_templates: dict[str, str] = {}
        self.home = self.page("Home", "/", template="Home", marker="Home")
        self.search = self.page("Search", "search", parent=self.home, template="Search", marker="Search")
        self.missing = self.page("Page Not Found", "nf", parent=self.home, template="Page Not Found", hidden=True)
        self.denied = self.page("Access Denied", "ad", parent=self.home, template="Access Denied", hidden=True)
        self.knowledge = self.page("Knowledge Base", "knowledgebase", parent=self.home, template="Knowledge Base")
        self.article_page = self.page(
            "Knowledge Article", "article", parent=self.knowledge, template="Knowledge Article", hidden=True
        )
        for marker, page in (
            ("Page Not Found", self.missing),
            ("Access Denied", self.denied),
            ("Knowledge Base", self.knowledge),
            ("Knowledge Article", self.article_page),
        ):
            self.marker(marker, page)
        links = self._put("adx_weblinksets", adx_name="Primary Navigation")
        for order, page in enumerate((self.home, self.knowledge)):
            self._put(
                "adx_weblinks",
                _adx_weblinksetid_value=links,
                _adx_pageid_value=page,
                adx_name="",
                adx_displayorder=order,
            )
        self.links = links

    def _put(self, entity_set: str, id_: str = "", **values: Any) -> str:
        return self.rows.put(entity_set, id_ or str(uuid.uuid4()), _adx_websiteid_value=self.id, **values)

    def template(self, name: str, source: str, **values: Any) -> str:
        known = getattr(self, "templates", {}).get(name, "")
        return self._put("adx_webtemplates", known, adx_name=name, adx_source=source, **values)

    def page_template(self, name: str) -> str:
        if name not in self.page_templates:
            self.page_templates[name] = self._put(
                "adx_pagetemplates", adx_name=name, _adx_webtemplateid_value=self.templates[name]
            )
        return self.page_templates[name]

    def page(
        self,
        title: str,
        partial_url: str,
        *,
        parent: str | None = None,
        template: str = "Page",
        marker: str = "",
        hidden: bool = False,
        **values: Any,
    ) -> str:
        """A page; returns its id."""
        id_ = self._put(
            "adx_webpages",
            **{
                "adx_name": title,
                "adx_title": title,
                "adx_partialurl": partial_url,
                "adx_isroot": True,
                "adx_hiddenfromsitemap": hidden,
                "_adx_parentpageid_value": parent,
                "_adx_pagetemplateid_value": self.page_template(template),
                "_adx_publishingstateid_value": self.published,
                "modifiedon": "2026-10-01T08:00:00Z",
                **values,
            },
        )
        if marker:
            self.marker(marker, id_)
        return id_

    def marker(self, name: str, page: str) -> str:
        return self._put("adx_sitemarkers", adx_name=name, _adx_pageid_value=page)

    def snippet(self, name: str, value: str) -> str:
        return self._put("adx_contentsnippets", adx_name=name, adx_value=value)

    def setting(self, name: str, value: str) -> str:
        return self._put("adx_sitesettings", adx_name=name, adx_value=value)

    def article(self, number: str, title: str, **values: Any) -> str:
        """A published article."""
        return self.rows.put(
            "knowledgearticles",
            str(uuid.uuid4()),
            **{
                "articlepublicnumber": number,
                "title": title,
                "content": f"<p>About {title}.</p>",
                "keywords": "general",
                "statecode": 3,
                "isrootarticle": False,
                "isinternal": False,
                "modifiedon": "2026-10-20T08:00:00Z",
                **values,
            },
        )


def organization_row(name: str = "contoso") -> Organization:
    """An organization as the administration center knows it; nobody calls it."""
    return Organization.objects.get_or_create(
        unique_name=name,
        defaults={"name": name.title(), "url": f"https://{name}.example", "authority": f"https://{name}.example/id"},
    )[0]


def open_portal(
    site_id: str, *, subdomain: str = "support", organization: Organization | None = None, **changes: Any
) -> Portal:
    """A provisioned portal of the website ``site_id``, published at its own host."""
    values: dict[str, Any] = {
        "name": subdomain.title(),
        "subdomain": subdomain,
        "state": Portal.State.PROVISIONED,
        "package_install_status": PackageInstallStatus.INSTALLED,
        "license": PortalLicense.objects.create(type=PortalLicense.Type.PRODUCTION),
        "organization": organization or organization_row(),
        "language": 1033,
        "administrator_id": NOBODY,
        "administrator_name": "Jay Hamlin",
        "audience": "customer",
        "portal_type": "customer_self_service",
        "website_id": uuid.UUID(site_id),
    }
    portal = Portal.objects.create(**{**values, **changes})
    portal.hostnames.create(host=portal.host, state="published")
    return portal


def runtime_of(rows: RowsInMemory, folder: Path) -> Runtime:
    """A runtime whose every organization is ``rows``, and that looks at nothing by itself."""
    return Runtime(sites=SiteStore(client_for=lambda _: rows, folder=folder))


def starter_site(
    rows: RowsInMemory, portal_type: str, *, lcid: int = 1033, name: str = "Contoso", options: Sequence[str] = ()
) -> str:
    """The starter content of a portal type as rows; returns the website's id."""
    website_id = uuid.uuid5(NOBODY, f"{portal_type}/{lcid}/{name}")
    found = content_rows(
        portal_type=portal_type,
        options=options,
        lcid=lcid,
        website_id=website_id,
        website_name=name,
        host="support.portals.localhost",
    )
    for row in found:
        rows.put(row.entity_set, str(row.id), **dict(_column(key, value) for key, value in row.values.items()))
    for link in content_links(portal_type=portal_type, options=options, lcid=lcid, website_id=website_id):
        rows.associate(link.entity_set, link.id, link.navigation, link.target_set, link.target_id)
    rows.put("adx_websites", str(website_id), statecode=0)
    for article in rows.tables.get("knowledgearticles", {}):
        rows.put("knowledgearticles", article, isrootarticle=False, modifiedon="2026-10-20T08:00:00Z")
    return str(website_id)


def _columns(key: str, value: Any) -> list[tuple[str, Any]]:
    """Of a lookup with several targets both names: ``_customerid_contact_value`` and ``_customerid_value``."""
    name, value = _column(key, value)
    base = re.fullmatch(r"_(customerid|parentcustomerid|objectid|regardingobjectid)_\w+_value", name)
    return [(name, value), *([(f"_{base[1]}_value", value)] if base else [])]


def _column(key: str, value: Any) -> tuple[str, Any]:
    """``adx_pageid@odata.bind: /adx_webpages(…)`` as a read gives it back: ``_adx_pageid_value: …``."""
    if not key.endswith("@odata.bind"):
        return key, value
    name = re.sub(r"(customerid|objectid)_[a-z_]+$", r"\1", key.removesuffix("@odata.bind").lower())
    return f"_{name}_value", value.rsplit("(", 1)[1].rstrip(")") if value else None
