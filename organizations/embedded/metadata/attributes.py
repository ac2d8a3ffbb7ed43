"""Columns as attribute metadata, each with the properties of its own type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from organizations.embedded.metadata.parts import Definition, definition_id, labels, managed
from organizations.embedded.registry import TITLES, Choice, Column, Kind, Table, Type
from organizations.embedded.solutions.labels import Texts

MEMO_LONGEST = 1048576
# AttributeType and the metadata class of each column type
_KINDS: Mapping[Type, tuple[str, str]] = {
    Type.PRIMARY: ("Uniqueidentifier", "UniqueIdentifierAttributeMetadata"),
    Type.GUID: ("Uniqueidentifier", "UniqueIdentifierAttributeMetadata"),
    Type.STRING: ("String", "StringAttributeMetadata"),
    Type.MEMO: ("Memo", "MemoAttributeMetadata"),
    Type.INTEGER: ("Integer", "IntegerAttributeMetadata"),
    Type.BIGINT: ("BigInt", "BigIntAttributeMetadata"),
    Type.PICKLIST: ("Picklist", "PicklistAttributeMetadata"),
    Type.STATE: ("State", "StateAttributeMetadata"),
    Type.STATUS: ("Status", "StatusAttributeMetadata"),
    Type.BOOLEAN: ("Boolean", "BooleanAttributeMetadata"),
    Type.DATETIME: ("DateTime", "DateTimeAttributeMetadata"),
    Type.DATE: ("DateTime", "DateTimeAttributeMetadata"),
    Type.DECIMAL: ("Decimal", "DecimalAttributeMetadata"),
    Type.MONEY: ("Money", "MoneyAttributeMetadata"),
    Type.DOUBLE: ("Double", "DoubleAttributeMetadata"),
    Type.LOOKUP: ("Lookup", "LookupAttributeMetadata"),
}
# Classes of the platform that none of our columns has: a cast to them is answered with an empty list.
CLASSES = frozenset(name for _, name in _KINDS.values()) | {
    "AttributeMetadata",
    "EntityNameAttributeMetadata",
    "EnumAttributeMetadata",
    "FileAttributeMetadata",
    "ImageAttributeMetadata",
    "ManagedPropertyAttributeMetadata",
    "MultiSelectPicklistAttributeMetadata",
}
_ENUMS = frozenset({"PicklistAttributeMetadata", "StateAttributeMetadata", "StatusAttributeMetadata"})


def base_names() -> frozenset[str]:
    """The properties that attributes of every class have: what can be selected without a cast."""
    column = Column("name", Type.GUID)
    table = Table("name", "names", "", Kind.SYSTEM, {})
    return frozenset(attribute(table, column, 1, {}, [])) - {"AutoNumberFormat"}


def is_of_class(definition: Definition, name: str) -> bool:
    """Whether a cast to the class keeps the attribute."""
    own = definition["@odata.type"].rpartition(".")[2]
    return name in (own, "AttributeMetadata") or (name == "EnumAttributeMetadata" and own in _ENUMS)


def attribute(table: Table, column: Column, position: int, texts: Texts, languages: list[int]) -> Definition:
    """The attribute's definition. ``OptionSet`` and ``GlobalOptionSet`` are there to be expanded."""
    type_, name = _type_of(column)
    owner = f"{table.name}.{column.name}"
    return {
        "@odata.type": f"#Microsoft.Dynamics.CRM.{name}",
        "MetadataId": definition_id("attribute", owner),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "EntityLogicalName": table.name,
        "AttributeType": type_,
        "AttributeTypeName": {"Value": f"{type_}Type"},
        "AttributeOf": None,
        "ColumnNumber": position,
        "HasChanged": None,
        "IsPrimaryId": column.type is Type.PRIMARY,
        "IsPrimaryName": column.name == table.primary_name,
        "IsCustomAttribute": column.name.startswith(("adx_", "msdyn_", "msa_")),
        "IsLogical": False,
        "IsManaged": True,
        "IsSecured": column.is_secret,
        "IsValidForRead": not column.is_secret,
        "IsValidForCreate": table.kind is not Kind.SYSTEM and (not column.is_readonly or column.type is Type.PRIMARY),
        "IsValidForUpdate": table.kind is not Kind.SYSTEM and not column.is_readonly,
        "IsFilterable": not column.is_secret,
        "IsRetrievable": not column.is_secret,
        "IsSearchable": column.type.is_text and not column.is_secret,
        "IsValidODataAttribute": True,
        "SourceType": 0,
        "SourceTypeMask": 0,
        "RequiredLevel": managed(_required(column), "canmodifyrequirementlevelsettings"),
        "IsCustomizable": managed(False, "iscustomizable"),
        "IsRenameable": managed(False, "isrenameable"),
        "IsValidForAdvancedFind": managed(not column.is_secret, "canmodifysearchsettings"),
        **labels(texts, languages, owner, DisplayName=_title(column), Description=""),
        **_TYPED.get(column.type, _nothing)(table, column, languages),
    }


def _type_of(column: Column) -> tuple[str, str]:
    type_, name = _KINDS[column.type]
    if column.type is Type.LOOKUP:
        return ("Owner" if column.name == "ownerid" else _customer(column)), name
    return type_, name


def _customer(column: Column) -> str:
    return "Customer" if set(column.targets) == {"account", "contact"} else "Lookup"


def _required(column: Column) -> str:
    if column.type in (Type.PRIMARY, Type.STATE):
        return "SystemRequired"
    return "ApplicationRequired" if column.is_required else "None"


def _title(column: Column) -> str:
    if column.name in TITLES:
        return TITLES[column.name]
    return re.sub(r"^(adx|msdyn|msa)_", "", column.name).replace("_", " ").title()


def _nothing(table: Table, column: Column, languages: list[int]) -> Definition:
    return {}


def _string(table: Table, column: Column, languages: list[int]) -> Definition:
    text = "Email" if column.name.startswith("emailaddress") else "Url" if column.name.endswith("url") else "Text"
    longest = column.max_length or 4000
    return {
        "MaxLength": longest,
        "DatabaseLength": longest * 2,
        "Format": text,
        "FormatName": {"Value": text},
        "ImeMode": "Auto",
        "IsLocalizable": False,
        "YomiOf": None,
        "FormulaDefinition": "",
    }


def _memo(table: Table, column: Column, languages: list[int]) -> Definition:
    return {
        "MaxLength": column.max_length or MEMO_LONGEST,
        "Format": "TextArea",
        "FormatName": {"Value": "TextArea"},
        "ImeMode": "Auto",
        "IsLocalizable": False,
    }


def _integer(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"MinValue": -(2**31), "MaxValue": 2**31 - 1, "Format": "None", "FormulaDefinition": ""}


def _bigint(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"MinValue": -(2**63), "MaxValue": 2**63 - 1}


def _decimal(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"MinValue": -(10**11), "MaxValue": 10**11, "Precision": 10, "ImeMode": "Auto", "FormulaDefinition": ""}


def _money(table: Table, column: Column, languages: list[int]) -> Definition:
    return {**_decimal(table, column, languages), "Precision": 4, "PrecisionSource": 0, "IsBaseCurrency": False}


def _double(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"MinValue": -(10.0**11), "MaxValue": 10.0**11, "Precision": 5, "ImeMode": "Auto"}


def _datetime(table: Table, column: Column, languages: list[int]) -> Definition:
    is_date = column.type is Type.DATE
    return {
        "Format": "DateOnly" if is_date else "DateAndTime",
        "DateTimeBehavior": {"Value": "DateOnly" if is_date else "UserLocal"},
        "CanChangeDateTimeBehavior": managed(False, "canchangedatetimebehavior"),
        "ImeMode": "Auto",
        "MinSupportedValue": "1753-01-01T00:00:00Z",
        "MaxSupportedValue": "9999-12-30T23:59:59Z",
    }


def _lookup(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"Targets": list(column.targets), "Format": "None"}


def _guid(table: Table, column: Column, languages: list[int]) -> Definition:
    return {"AutoNumberFormat": None}


def _choice(table: Table, column: Column, languages: list[int]) -> Definition:
    return {
        "DefaultFormValue": -1,
        "ParentPicklistLogicalName": None,
        "ChildPicklistLogicalNames": [],
        "OptionSet": _option_set(table, column, languages),
        "GlobalOptionSet": None,
    }


def _boolean(table: Table, column: Column, languages: list[int]) -> Definition:
    found = _option_set(table, column, languages)
    del found["Options"]
    found |= {"FalseOption": _option(column, Choice(0, "No"), languages, table)}
    found |= {"TrueOption": _option(column, Choice(1, "Yes"), languages, table)}
    return {"DefaultValue": False, "OptionSet": found, "GlobalOptionSet": None, "FormulaDefinition": ""}


def _option_set(table: Table, column: Column, languages: list[int]) -> Definition:
    name = f"{table.name}_{column.name}"
    return {
        "MetadataId": definition_id("optionset", name),
        "Name": name,
        "IsGlobal": False,
        "IsCustomOptionSet": False,
        "IsManaged": True,
        "OptionSetType": column.type.value.capitalize(),
        "HasChanged": None,
        **labels({}, languages, name, DisplayName=_title(column), Description=""),
        "Options": [_option(column, choice, languages, table) for choice in column.choices.values()],
    }


def _option(column: Column, choice: Choice, languages: list[int], table: Table) -> Definition:
    owner = f"{table.name}.{column.name}.{choice.value}"
    texts = labels({}, languages, owner, Label=choice.label, Description="")
    found: dict[str, Any] = {"Value": choice.value, **texts, "Color": None, "IsManaged": True, "ExternalValue": ""}
    found |= {"MetadataId": None, "HasChanged": None, "Tag": None, "ParentValues": []}
    if column.type is Type.STATUS:
        found |= {"@odata.type": "#Microsoft.Dynamics.CRM.StatusOptionMetadata", "State": choice.state}
    if column.type is Type.STATE:
        statuses = table.columns["statuscode"].choices.values()
        default = next((one.value for one in statuses if one.state == choice.value), None)
        found |= {"@odata.type": "#Microsoft.Dynamics.CRM.StateOptionMetadata", "DefaultStatus": default}
        found |= {"InvariantName": choice.label}
    return found


_TYPED: Mapping[Type, Callable[[Table, Column, list[int]], Definition]] = {
    Type.PRIMARY: _guid,
    Type.GUID: _guid,
    Type.STRING: _string,
    Type.MEMO: _memo,
    Type.INTEGER: _integer,
    Type.BIGINT: _bigint,
    Type.DECIMAL: _decimal,
    Type.MONEY: _money,
    Type.DOUBLE: _double,
    Type.DATETIME: _datetime,
    Type.DATE: _datetime,
    Type.LOOKUP: _lookup,
    Type.PICKLIST: _choice,
    Type.STATE: _choice,
    Type.STATUS: _choice,
    Type.BOOLEAN: _boolean,
}
