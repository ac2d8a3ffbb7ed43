"""$filter against an oracle in Python: whatever condition is put together, both find the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organizations.embedded.call import Call
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.query.filter import filter_compile
from organizations.embedded.query.options import options_parse
from organizations.embedded.query.paging import after, keys_of, ordered, token_of
from organizations.embedded.registry import TABLES
from organizations.embedded.rights import rows_for
from organizations.embedded.rows.values import Changes
from organizations.embedded.rows.write import rows_create
from organizations.embedded.seed import embedded_organization_create, row_id

pytestmark = pytest.mark.django_db

TABLE = TABLES["contact"]
TEXTS = (None, "", "Ann", "ANN", "ann's", "50%", "a_b", "a\\b", "Ünal", "ünal", "名前", "null", "any", "x in (y)")
NUMBERS = (None, -1, 0, 1, 2, 2**31 - 1)
FLAGS = (None, True, False)
Row = dict[str, object]
ROWS: list[Row] = [
    {"lastname": text, "numberofchildren": NUMBERS[number % len(NUMBERS)], "donotphone": FLAGS[number % len(FLAGS)]}
    for number, text in enumerate(TEXTS * 3)
]
Holds = Callable[[Row], bool]


@dataclass(frozen=True)
class Condition:
    """A filter as the Web API reads it, and as Python does."""

    text: str
    holds: Holds


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def folded(value: object) -> str | None:
    return value.upper() if isinstance(value, str) else None


def text_compared(operator: str, text: str) -> Condition:
    def holds(row: Row) -> bool:
        found = folded(row["lastname"])
        if operator in ("eq", "ne"):
            return (found == folded(text)) is (operator == "eq")
        if found is None:
            return False
        return {
            "contains": text.upper() in found,
            "startswith": found.startswith(text.upper()),
            "endswith": found.endswith(text.upper()),
        }[operator]

    written = f"lastname {operator} {quoted(text)}"
    return Condition(written if operator in ("eq", "ne") else f"{operator}(lastname,{quoted(text)})", holds)


def number_compared(operator: str, number: int) -> Condition:
    def holds(row: Row) -> bool:
        found = row["numberofchildren"]
        if not isinstance(found, int):
            return operator == "ne"
        orders = {"eq": found == number, "ne": found != number, "gt": found > number, "ge": found >= number}
        return {**orders, "lt": found < number, "le": found <= number}[operator]

    return Condition(f"numberofchildren {operator} {number}", holds)


def null_compared(column: str, operator: str) -> Condition:
    return Condition(f"{column} {operator} null", lambda row: (row[column] is None) is (operator == "eq"))


def one_of(numbers: list[int], function: str) -> Condition:
    inside = "numberofchildren in (" + ",".join(map(str, numbers)) + ")"
    listed = ",".join(f'"{number}"' for number in numbers)
    called = f"Microsoft.Dynamics.CRM.{function}(PropertyName='numberofchildren',PropertyValues=[{listed}])"
    if function == "NotIn":
        return Condition(called, lambda row: row["numberofchildren"] not in numbers)
    return Condition(called if function == "In" else inside, lambda row: row["numberofchildren"] in numbers)


texts = st.sampled_from([text for text in TEXTS if text is not None])
numbers = st.sampled_from([number for number in NUMBERS if number is not None])
leaves = st.one_of(
    st.builds(text_compared, st.sampled_from(["eq", "ne", "contains", "startswith", "endswith"]), texts),
    st.builds(number_compared, st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]), numbers),
    st.builds(
        null_compared, st.sampled_from(["lastname", "numberofchildren", "donotphone"]), st.sampled_from(["eq", "ne"])
    ),
    st.builds(one_of, st.lists(numbers, min_size=1, max_size=3), st.sampled_from(["in", "In", "NotIn"])),
    st.just(Condition("donotphone eq true", lambda row: row["donotphone"] is True)),
    st.just(Condition("donotphone", lambda row: row["donotphone"] is True)),
)


def both(left: Condition, right: Condition) -> Condition:
    return Condition(f"({left.text}) and ({right.text})", lambda row: left.holds(row) and right.holds(row))


def either(left: Condition, right: Condition) -> Condition:
    return Condition(f"({left.text}) or ({right.text})", lambda row: left.holds(row) or right.holds(row))


def negated(inner: Condition) -> Condition:
    return Condition(f"not ({inner.text})", lambda row: not inner.holds(row))


conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(both, inner, inner), st.builds(either, inner, inner), st.builds(negated, inner)),
    max_leaves=8,
)
QUIET = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def place(tenant: EmbeddedOrganization, number: int) -> str:
    return str(row_id(tenant, "contact", str(number)))


@pytest.fixture
def call() -> Call:
    tenant = embedded_organization_create(name="oracle", friendly_name="Oracle")
    rows_create(tenant, TABLE, [(row_id(tenant, "contact", str(n)), Changes(dict(row))) for n, row in enumerate(ROWS)])
    return Call(tenant, "https://oracle.test/api/data/v9.2/", "GET", "contacts")


@QUIET
@given(condition=conditions)
def test_a_filter_finds_what_python_finds(call: Call, condition: Condition) -> None:
    found = rows_for(call, TABLE).filter(filter_compile(call, TABLE, condition.text))
    wanted = {place(call.tenant, number) for number, row in enumerate(ROWS) if condition.holds(row)}
    assert {str(id) for id in found.values_list("contactid", flat=True)} == wanted, condition.text


@QUIET
@given(
    order=st.lists(
        st.sampled_from(["lastname", "numberofchildren", "donotphone"]), min_size=1, max_size=3, unique=True
    ).flatmap(lambda names: st.tuples(*(st.sampled_from([f"{name} asc", f"{name} desc"]) for name in names))),
    size=st.integers(min_value=1, max_value=20),
)
def test_pages_of_any_size_and_order_are_the_whole_in_that_order(call: Call, order: tuple[str, ...], size: int) -> None:
    keys = keys_of(TABLE, options_parse(TABLE, [("$orderby", ",".join(order))]).order)
    rows = rows_for(call, TABLE)
    walked, token = [], ""
    while page := list(ordered(rows.filter(after(keys, token)) if token else rows, keys).values()[:size]):
        walked += [row["contactid"] for row in page]
        token = token_of(keys, page[-1])
    assert walked == list(ordered(rows, keys).values_list("contactid", flat=True))
    assert len(walked) == len(ROWS)
