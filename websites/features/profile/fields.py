"""Which columns of the contact a visitor sees and changes, group by group (the form *Profile Web Page*)."""

from __future__ import annotations

from collections.abc import Mapping

from websites.objects.scene import Scene
from websites.records import Choice, Field, Kind, Table

EMAIL = "emailaddress1"
LANGUAGE = "adx_preferredlanguageid"
RECORDING = "do_not_record"  # no column: the portal's own

GROUPS: Mapping[str, tuple[Field, ...]] = {
    "About you": (
        Field("firstname", Kind.TEXT, "First name", longest=50),
        Field("lastname", Kind.TEXT, "Last name", is_required=True, longest=50),
        Field("jobtitle", Kind.TEXT, "Job title", longest=100),
        Field(EMAIL, Kind.EMAIL, "E-mail", is_required=True, longest=100),
        Field("telephone1", Kind.PHONE, "Telephone", longest=50),
        Field("mobilephone", Kind.PHONE, "Mobile", longest=50),
    ),
    "Address": (
        Field("address1_line1", Kind.TEXT, "Street", longest=250),
        Field("address1_postalcode", Kind.TEXT, "Postal code", longest=20),
        Field("address1_city", Kind.TEXT, "City", longest=80),
        Field("address1_stateorprovince", Kind.TEXT, "State or province", longest=50),
        Field("address1_country", Kind.TEXT, "Country", longest=80),
    ),
    "What we may send": (
        Field("donotbulkemail", Kind.FLAG, "Do not send me news by e-mail"),
        Field("donotemail", Kind.FLAG, "Do not send me any e-mail"),
        Field("donotphone", Kind.FLAG, "Do not call me"),
        Field("donotpostalmail", Kind.FLAG, "Do not send me letters"),
    ),
}
PRIVACY = (Field(RECORDING, Kind.FLAG, "Do not record what I view"),)
CONTACTS = Table(
    name="contact",
    entity_set="contacts",
    id="contactid",
    title="lastname",
    fields=tuple(field for fields in GROUPS.values() for field in fields),
    also_read=("fullname", f"_{LANGUAGE}_value"),
)
IDENTITIES = Table(
    name="adx_externalidentity",
    entity_set="adx_externalidentities",
    id="adx_externalidentityid",
    title="adx_username",
    fields=(),
    also_read=("adx_username", "adx_identityprovidername", "createdon"),
)


def language_field(scene: Scene) -> Field | None:
    """In which of the site's languages we write; None where there is no choice."""
    editions = scene.loaded.site.editions.values()
    known = {edition.language.portal_language_id: edition.language.name for edition in editions}
    choices = [Choice(id_, name) for id_, name in known.items() if id_]
    field = Field(
        LANGUAGE,
        Kind.LOOKUP,
        "Preferred language",
        navigation=LANGUAGE,
        shows="adx_displayname",
        target_set="adx_portallanguages",
    )
    return field.offering(choices) if len(choices) > 1 else None
