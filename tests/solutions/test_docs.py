"""The reference page of packages says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from portals.catalog import OPTIONS_FOR_TYPE, PortalType
from solutions.catalog import feature_table, packages, packages_for
from solutions.sources import sources

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "packages.md"
TYPES = (
    PortalType.CUSTOM,
    PortalType.PARTNER,
    PortalType.CUSTOMER_SELF_SERVICE,
    PortalType.EMPLOYEE_SELF_SERVICE,
    PortalType.COMMUNITY,
)
HEADINGS = ("Custom", "Partner", "Customer", "Employee", "Community")


def package_table() -> str:
    """Packages in an order in which every type's order is kept, and who takes them."""
    head = f"| Package | Unique name | {' | '.join(HEADINGS)} |\n| --- | --- | {' | '.join(['---'] * len(TYPES))} |"
    chosen = {type: [package.unique_name for package in packages_for(type)] for type in TYPES}
    options = [
        package.unique_name for package in packages_for(PortalType.PARTNER, OPTIONS_FOR_TYPE[PortalType.PARTNER])[-2:]
    ]
    order = dict.fromkeys([*chosen[PortalType.COMMUNITY][:-1], *(chosen[type][-1] for type in TYPES), *options])
    lines = [
        f"| {packages()[name].title} | `{name}` | "
        + " | ".join(
            str(chosen[type].index(name) + 1) if name in chosen[type] else _option(name, type) for type in TYPES
        )
        + " |"
        for name in order
    ]
    return "\n".join([head, *lines])


def _option(name: str, type: PortalType) -> str:
    every = [package.unique_name for package in packages_for(type, OPTIONS_FOR_TYPE.get(type, ()))]
    return "option" if name in every else ""


def requirement_table() -> str:
    lines = [
        f"| {package.title} | {', '.join(f'{need.title} {need.minimum}' for need in package.requires)} |"
        for package in packages().values()
        if package.requires and not package.unique_name.endswith("Portal")
    ]
    return "\n".join(["| Package | Requires |", "| --- | --- |", *lines])


def tables_table() -> str:
    named = {
        source.unique_name: [f"`{table.logical_name}`" for table in source.tables] for source in sources().values()
    }
    lines = [f"| {packages()[name].title} | {', '.join(tables)} |" for name, tables in named.items() if tables]
    return "\n".join(["| Package | Tables |", "| --- | --- |", *lines])


def features_table() -> str:
    lines = [
        f"| {row.name} | {' | '.join('✔' if row.by_type[type] else '' for type in TYPES)} |" for row in feature_table()
    ]
    return "\n".join([f"| Feature | {' | '.join(HEADINGS)} |", f"| --- | {' | '.join(['---'] * 5)} |", *lines])


def test_the_page_of_packages_is_true() -> None:
    page = PAGE.read_text("utf-8")
    for table in (package_table(), requirement_table(), tables_table(), features_table()):
        assert table in page


def test_every_package_stands_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in packages() if f"`{name}`" not in page] == []
