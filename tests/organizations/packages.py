"""Small solution packages, good and bad."""

from __future__ import annotations

import io
import zipfile

CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types" />'


def manifest(
    name: str = "Sample",
    *,
    version: str = "1.0.0.0",
    tables: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    managed: str = "1",
) -> str:
    """A solution.xml; ``needs`` are such as ``BaseLib (2.0.0.0)``."""
    components = "".join(f'<RootComponent type="1" schemaName="{table}" behavior="0" />' for table in tables)
    missing = "".join(
        f'<MissingDependency><Required type="61" schemaName="x_{number}" displayName="X" solution="{need}" />'
        f'<Dependent type="61" schemaName="y" displayName="Y" /></MissingDependency>'
        for number, need in enumerate(needs)
    )
    return (
        '\ufeff<?xml version="1.0" encoding="utf-8"?><ImportExportXml version="9.2" languagecode="1033">'
        f"<SolutionManifest><UniqueName>{name}</UniqueName>"
        f'<LocalizedNames><LocalizedName description="{name} title" languagecode="1033" /></LocalizedNames>'
        f"<Descriptions /><Version>{version}</Version><Managed>{managed}</Managed>"
        "<Publisher><UniqueName>tests</UniqueName><LocalizedNames /><CustomizationPrefix>t</CustomizationPrefix>"
        f"</Publisher><RootComponents>{components}</RootComponents>"
        f"<MissingDependencies>{missing}</MissingDependencies></SolutionManifest></ImportExportXml>"
    )


def package(solution_xml: str | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """A package's zip."""
    members = {
        "solution.xml": (solution_xml if solution_xml is not None else manifest()).encode(),
        "customizations.xml": b"<ImportExportXml />",
        "[Content_Types].xml": CONTENT_TYPES,
        **(extra or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
