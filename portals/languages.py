"""The 43 languages a portal can speak (product.md 1.6). Arabic and Hebrew are not among them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PortalLanguage:
    """One portal language: LCID, culture code and English name."""

    lcid: int
    code: str
    name: str


_TABLE = """
1069 eu-ES Basque|1026 bg-BG Bulgarian|1027 ca-ES Catalan|2052 zh-CN Chinese (China)|3076 zh-HK Chinese (Hong Kong SAR)
1028 zh-TW Chinese (Traditional)|1050 hr-HR Croatian|1029 cs-CZ Czech|1030 da-DK Danish|1043 nl-NL Dutch
1033 en-US English|1061 et-EE Estonian|1035 fi-FI Finnish|1036 fr-FR French|1110 gl-ES Galician|1031 de-DE German
1032 el-GR Greek|1081 hi-IN Hindi|1038 hu-HU Hungarian|1057 id-ID Indonesian|1040 it-IT Italian|1041 ja-JP Japanese
1087 kk-KZ Kazakh|1042 ko-KR Korean|1062 lv-LV Latvian|1063 lt-LT Lithuanian|1086 ms-MY Malay
1044 nb-NO Norwegian (Bokmål)|1045 pl-PL Polish|1046 pt-BR Portuguese (Brazil)|2070 pt-PT Portuguese (Portugal)
1048 ro-RO Romanian|1049 ru-RU Russian|3098 sr-Cyrl-CS Serbian (Cyrillic)|2074 sr-Latn-CS Serbian (Latin)
1051 sk-SK Slovak|1060 sl-SI Slovenian|3082 es-ES Spanish|1053 sv-SE Swedish|1054 th-TH Thai|1055 tr-TR Turkish
1058 uk-UA Ukrainian|1066 vi-VN Vietnamese
"""


def _read(row: str) -> PortalLanguage:
    lcid, code, name = row.split(" ", 2)
    return PortalLanguage(int(lcid), code, name)


PORTAL_LANGUAGES: dict[int, PortalLanguage] = {
    language.lcid: language
    for line in _TABLE.strip().splitlines()
    for language in (_read(row) for row in line.split("|"))
}
