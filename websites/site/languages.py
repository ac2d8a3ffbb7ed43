"""The languages of a site: its website languages, or, where it has none, the one the portal was made in."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

from portals.languages import PORTAL_LANGUAGES
from websites.site.rows import Row, SiteRows
from websites.site.values import Language

FALLBACK = 1033


def languages_of(rows: SiteRows, *, website: Row, portal_lcid: int) -> tuple[Language, ...]:
    """The default language first. ``portal_lcid`` decides where the website record names none."""
    portal_languages = {str(row["adx_portallanguageid"]): row for row in rows.of("adx_portallanguages")}
    found = [
        (str(row["adx_websitelanguageid"]), portal_languages[str(row["_adx_portallanguageid_value"])])
        for row in rows.of("adx_websitelanguages")
        if str(row["_adx_portallanguageid_value"]) in portal_languages
    ]
    default = _default(found, website, portal_lcid)
    languages = [_language(id_, row, is_default=id_ == default) for id_, row in found]
    if not languages:
        return (language_for("", int(website.get("adx_website_language") or portal_lcid), is_default=True),)
    return tuple(sorted(languages, key=lambda language: (not language.is_default, language.code)))


def _default(found: list[tuple[str, Row]], website: Row, portal_lcid: int) -> str:
    named = str(website.get("_adx_defaultlanguage_value") or "")
    ids = [id_ for id_, _ in found]
    if named in ids or not ids:
        return named
    lcid = int(website.get("adx_website_language") or portal_lcid)
    return next((id_ for id_, row in found if int(row.get("adx_lcid") or 0) == lcid), ids[0])


def _language(id_: str, row: Row, *, is_default: bool) -> Language:
    known = language_for(id_, int(row.get("adx_lcid") or FALLBACK), is_default=is_default)
    code = str(row.get("adx_languagecode") or known.code)
    name = str(row.get("adx_displayname") or known.name)
    return Language(
        id=id_,
        lcid=known.lcid,
        code=_canonical(code),
        name=name,
        is_default=is_default,
        portal_language_id=str(row["adx_portallanguageid"]),
    )


def language_for(id_: str, lcid: int, *, is_default: bool) -> Language:
    """A language known by its LCID alone."""
    known = PORTAL_LANGUAGES.get(lcid) or PORTAL_LANGUAGES[FALLBACK]
    return Language(id=id_, lcid=lcid, code=known.code, name=_own_name(known.code), is_default=is_default)


def _canonical(code: str) -> str:
    """ "de-de" as "de-DE"; anything that is no culture code stays as it is."""
    first, _, rest = code.partition("-")
    return f"{first.lower()}-{rest.upper()}" if len(rest) == 2 else code


def _own_name(code: str) -> str:
    try:
        locale = Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return code
    return str(Locale(locale.language).get_display_name(locale.language) or code).capitalize()
