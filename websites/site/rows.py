"""Which tables make a site, which of their columns are read, and how a table is narrowed to one website."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One table of the organization.

    Args:
        entity_set: name in the Web API's addresses.
        id: primary key column.
        columns: what is read beside the id; lookups as ``_name_value``.
        filter: OData filter of the rows that count.
        website: column that says whose row it is; empty where the organization's portals share the rows.
        is_optional: True where an organization may lack the table (404) and the site is whole without it.
        linked: many-to-many navigation property -> id column of the other side. The ids are read with the rows, and
            count as part of a row's version: linking two rows changes neither's versionnumber.
        looked_up: navigation property of a lookup -> its options in ``$expand``. The row it leads to is kept as it was
            when this row was read: what is shown of it changes with this row only.
    """

    entity_set: str
    id: str
    columns: tuple[str, ...]
    filter: str = "statecode eq 0"
    website: str = "_adx_websiteid_value"
    is_optional: bool = False
    linked: Mapping[str, str] = field(default_factory=dict)
    looked_up: Mapping[str, str] = field(default_factory=dict)

    @property
    def expand(self) -> str:
        """``$expand`` of the linked rows' ids."""
        return ",".join(f"{name}($select={column})" for name, column in self.linked.items())

    @property
    def expand_all(self) -> str:
        """The same with the rows that lookups lead to."""
        own = [f"{name}({options})" for name, options in self.looked_up.items()]
        return ",".join([*([self.expand] if self.linked else []), *own])

    @property
    def select(self) -> tuple[str, ...]:
        return (self.id, *self.columns)

    def filter_for(self, website_id: str) -> str:
        """The filter of one website's rows."""
        terms = (f"{self.website} eq {website_id}" if self.website else "", self.filter)
        return " and ".join(term for term in terms if term)


@dataclass
class SiteRows:
    """The rows of one site as they came, table by table, and the version of each row."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    versions: dict[str, dict[str, int]] = field(default_factory=dict)  # entity set -> row id -> versionnumber

    def of(self, entity_set: str) -> list[Row]:
        return self.tables.get(entity_set, [])


_PUBLISHED = "statecode eq 3 and isrootarticle eq false and isinternal eq false"

FORM_COLUMNS = (
    "adx_name",
    "adx_mode",
    "adx_entitysourcetype",
    "adx_associatecurrentportaluser",
    "adx_targetentityportaluserlookupattribute",
    "adx_instructions",
    "adx_successmessage",
    "adx_redirecturl",
    "adx_forceallfieldsrequired",
    "adx_formname",
    "adx_tabname",
    "adx_submitbuttontext",
    "_adx_redirectwebpage_value",
    "adx_attachfile",
    "adx_attachfilelabel",
    "adx_attachfilerestrictaccept",
    "adx_attachfilerequired",
    "adx_attachfilemaxsize",
)
FIELD_COLUMNS = (
    "adx_type",
    "adx_attributelogicalname",
    "adx_label",
    "adx_adddescription",
    "adx_description",
    "adx_fieldisrequired",
    "adx_requiredfieldvalidationerrormessage",
    "adx_validationregularexpression",
    "adx_validationregularexpressionerrormessage",
    "adx_prepopulatetype",
    "adx_prepopulatevalue",
    "adx_prepopulatefromattribute",
    "adx_setvalueonsave",
    "adx_onsavetype",
    "adx_onsavevalue",
    "adx_onsavefromattribute",
    "importsequencenumber",
    "createdon",
)

TABLES: tuple[Table, ...] = (
    Table(
        "adx_websites",
        "adx_websiteid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_website_language",
            "_adx_defaultlanguage_value",
            "_adx_headerwebtemplateid_value",
            "_adx_footerwebtemplateid_value",
        ),
        website="adx_websiteid",
    ),
    Table("adx_websitelanguages", "adx_websitelanguageid", ("adx_name", "_adx_portallanguageid_value")),
    Table(
        "adx_portallanguages",
        "adx_portallanguageid",
        ("adx_name", "adx_languagecode", "adx_lcid", "adx_displayname"),
        website="",
    ),
    Table("adx_publishingstates", "adx_publishingstateid", ("adx_name", "adx_isvisible")),
    Table("adx_webtemplates", "adx_webtemplateid", ("adx_name", "adx_source", "adx_mimetype")),
    Table(
        "adx_pagetemplates",
        "adx_pagetemplateid",
        ("adx_name", "adx_type", "adx_usewebsiteheaderandfooter", "_adx_webtemplateid_value"),
    ),
    Table(
        "adx_webpages",
        "adx_webpageid",
        (
            "adx_name",
            "adx_title",
            "adx_partialurl",
            "adx_copy",
            "adx_summary",
            "adx_isroot",
            "adx_hiddenfromsitemap",
            "adx_displayorder",
            "adx_releasedate",
            "adx_expirationdate",
            "adx_excludefromsearch",
            "adx_meta_description",
            "adx_imageurl",
            "modifiedon",
            "_adx_parentpageid_value",
            "_adx_pagetemplateid_value",
            "_adx_publishingstateid_value",
            "_adx_webpagelanguageid_value",
            "_adx_rootwebpageid_value",
            "_adx_webform_value",
            "_adx_entityform_value",
            "_adx_entitylist_value",
        ),
    ),
    Table(
        "adx_contentsnippets",
        "adx_contentsnippetid",
        ("adx_name", "adx_value", "_adx_contentsnippetlanguageid_value"),
    ),
    Table("adx_sitesettings", "adx_sitesettingid", ("adx_name", "adx_value")),
    Table("adx_sitemarkers", "adx_sitemarkerid", ("adx_name", "_adx_pageid_value")),
    Table("adx_weblinksets", "adx_weblinksetid", ("adx_name", "adx_title", "_adx_websitelanguageid_value")),
    Table(
        "adx_weblinks",
        "adx_weblinkid",
        (
            "adx_name",
            "adx_externalurl",
            "adx_displayorder",
            "adx_openinnewwindow",
            "adx_description",
            "adx_displayimageonly",
            "adx_displaypagechildlinks",
            "adx_imageurl",
            "adx_imagealttext",
            "adx_robotsfollowlink",
            "_adx_parentweblinkid_value",
            "_adx_pageid_value",
            "_adx_weblinksetid_value",
            "_adx_publishingstateid_value",
        ),
        website="",
    ),
    Table(
        "adx_webpageaccesscontrolrules",
        "adx_webpageaccesscontrolruleid",
        ("adx_right", "adx_scope", "_adx_webpageid_value"),
        website="",
        is_optional=True,
        linked={"adx_webpageaccesscontrolrule_webrole": "adx_webroleid"},
    ),
    Table(
        "adx_webroles",
        "adx_webroleid",
        ("adx_name", "adx_authenticatedusersrole", "adx_anonymoususersrole"),
        is_optional=True,
    ),
    Table(
        "adx_websiteaccesses",
        "adx_websiteaccessid",
        (
            "adx_managecontentsnippets",
            "adx_managesitemarkers",
            "adx_manageweblinksets",
            "adx_previewunpublishedentities",
        ),
        is_optional=True,
        linked={"adx_websiteaccess_webrole": "adx_webroleid"},
    ),
    Table(
        "adx_webfiles",
        "adx_webfileid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_contentdisposition",
            "adx_releasedate",
            "adx_expirationdate",
            "_adx_parentpageid_value",
            "_adx_publishingstateid_value",
        ),
        is_optional=True,
    ),
    Table(
        "adx_redirects",
        "adx_redirectid",
        ("adx_inboundurl", "adx_redirecturl", "adx_statuscode", "_adx_webpageid_value", "_adx_sitemarkerid_value"),
        is_optional=True,
    ),
    Table(
        "adx_shortcuts",
        "adx_shortcutid",
        (
            "adx_name",
            "adx_title",
            "adx_externalurl",
            "adx_displayorder",
            "_adx_parentpage_webpageid_value",
            "_adx_webpageid_value",
            "_adx_webfileid_value",
        ),
        is_optional=True,
    ),
    Table(
        "adx_entitypermissions",
        "adx_entitypermissionid",
        (
            "adx_entitylogicalname",
            "adx_scope",
            "adx_read",
            "adx_write",
            "adx_create",
            "adx_delete",
            "adx_append",
            "adx_appendto",
            "adx_accountrelationship",
            "adx_contactrelationship",
            "adx_parentrelationship",
            "_adx_parententitypermission_value",
        ),
        is_optional=True,
        linked={"adx_entitypermission_webrole": "adx_webroleid"},
    ),
    Table(
        "adx_webforms",
        "adx_webformid",
        (
            "adx_name",
            "adx_authenticationrequired",
            "adx_startnewsessiononload",
            "adx_progressindicatorenabled",
            "adx_progressindicatortype",
            "_adx_startstep_value",
        ),
        is_optional=True,
    ),
    Table(
        "adx_webformsteps",
        "adx_webformstepid",
        (
            "adx_title",
            "adx_type",
            "adx_targetentitylogicalname",
            "adx_condition",
            "adx_movepreviouspermitted",
            "adx_nextbuttontext",
            "adx_previousbuttontext",
            "adx_primarykeyquerystringparametername",
            "adx_accept",
            "_adx_webform_value",
            "_adx_nextstep_value",
            "_adx_conditiondefaultnextstep_value",
            "_adx_entitysourcestep_value",
            *FORM_COLUMNS,
        ),
        website="",
        is_optional=True,
    ),
    Table(
        "adx_webformmetadatas",
        "adx_webformmetadataid",
        ("_adx_webformstep_value", *FIELD_COLUMNS),
        website="",
        is_optional=True,
    ),
    Table(
        "adx_entityforms",
        "adx_entityformid",
        (
            "adx_entityname",
            "adx_recordidquerystringparametername",
            "adx_onsuccess",
            "adx_attachfileaccept",
            *FORM_COLUMNS,
        ),
        is_optional=True,
    ),
    Table(
        "adx_entityformmetadatas",
        "adx_entityformmetadataid",
        ("_adx_entityform_value", *FIELD_COLUMNS),
        website="",
        is_optional=True,
    ),
    Table(
        "adx_entitylists",
        "adx_entitylistid",
        (
            "adx_name",
            "adx_entityname",
            "adx_view",
            "adx_views",
            "adx_pagesize",
            "adx_searchenabled",
            "adx_filterportaluser",
            "adx_filteraccount",
            "adx_idquerystringparametername",
            "adx_createbuttonlabel",
            "adx_emptylisttext",
            "_adx_webpagefordetailsview_value",
            "_adx_webpageforcreate_value",
        ),
        is_optional=True,
    ),
    Table(
        "adx_communityforums",
        "adx_communityforumid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_description",
            "adx_displayorder",
            "adx_threadcount",
            "adx_postcount",
            "adx_hiddenfromsitemap",
            "_adx_publishingstateid_value",
            "_adx_websitelanguageid_value",
            "_adx_forumpagetemplateid_value",
            "_adx_threadpagetemplateid_value",
        ),
        is_optional=True,
        looked_up={
            "adx_lastpostid": "$select=adx_communityforumpostid,adx_date,statecode,_adx_forumthreadid_value;"
            "$expand=adx_authorid($select=fullname),adx_forumthreadid($select=adx_name)"
        },
    ),
    Table(
        "adx_forumthreadtypes",
        "adx_forumthreadtypeid",
        ("adx_name", "adx_displayorder", "adx_isdefault", "adx_requiresanswer"),
        is_optional=True,
    ),
    Table("adx_tags", "adx_tagid", ("adx_name",), is_optional=True),
    Table(
        "adx_blogs",
        "adx_blogid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_summary",
            "adx_displayorder",
            "adx_commentpolicy",
            "_adx_websitelanguageid_value",
            "_adx_bloghomepagetemplateid_value",
            "_adx_blogarchivepagetemplateid_value",
            "_adx_blogpostpagetemplateid_value",
        ),
        is_optional=True,
    ),
    Table(
        "adx_blogposts",
        "adx_blogpostid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_summary",
            "adx_copy",
            "adx_date",
            "adx_commentpolicy",
            "modifiedon",
            "_adx_blogid_value",
        ),
        "statecode eq 0 and adx_published eq true",
        website="",
        is_optional=True,
        linked={"adx_blogpost_tag": "adx_tagid"},
        looked_up={"adx_authorid": "$select=fullname"},
    ),
    Table(
        "adx_ideaforums",
        "adx_ideaforumid",
        (
            "adx_name",
            "adx_partialurl",
            "adx_summary",
            "adx_ideasubmissionpolicy",
            "adx_votingpolicy",
            "adx_votingtype",
            "adx_commentpolicy",
            "adx_votesperidea",
            "adx_votesperuser",
            "_adx_websitelanguageid_value",
        ),
        is_optional=True,
    ),
    Table("languagelocale", "languagelocaleid", ("localeid",), "", website="", is_optional=True),
    Table(
        "knowledgearticles",
        "knowledgearticleid",
        (
            "title",
            "articlepublicnumber",
            "content",
            "description",
            "keywords",
            "knowledgearticleviews",
            "rating",
            "rating_count",
            "modifiedon",
            "_languagelocaleid_value",
        ),
        _PUBLISHED,
        website="",
        is_optional=True,
    ),
    Table(  # what people wrote about articles, posts, ideas; ratings alone are many, and summed up in their rows
        "feedback",
        "feedbackid",
        (
            "comments",
            "createdon",
            "adx_contactusername",
            "_createdbycontact_value",
            "_regardingobjectid_value",
        ),
        "statecode eq 0 and adx_approved eq true and comments ne null",
        website="",
        is_optional=True,
    ),
)
