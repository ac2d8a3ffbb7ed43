"""What goes wrong on the way is seen, said, and put right: a refused solution, a killed worker, an emptied broker."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders.stack import Stack
from tests.journeys.stack.center import PATIENCE, Wish, configuring, photographs
from tests.journeys.stack.conftest import Enter

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(240),
]

# Where no portal solution is installed yet, whichever test ran before.
FAY = "fay@fabrikam.example"
FABRIKAM = {"instance": "Fabrikam", "administrator": "Fay Richards (fay@fabrikam.example)"}
REFUSAL = "A plug-in of this instance refuses Blogs."


def test_a_refused_solution_is_told_and_other_values_lead_on(stack: Stack, enter: Enter) -> None:
    wish = Wish("Fabrikam Talk", "fabrikam-talk", "Customer", "Community Portal", **FABRIKAM)
    refusal = ("--solution", "MicrosoftBlogs", "--code", "0x80048033", "--message", REFUSAL)
    stack.manage("orgfault", "fabrikam", "add", "refuse_import", *refusal)
    center = enter(FAY)
    page = center.page
    submitted = center.set_up(wish)
    center.failed(wish.name, REFUSAL)
    assert submitted.request_id in _told_by_the_worker(stack, submitted.operation_id)
    center.look("failed")

    page.get_by_role("link", name="Applications", exact=True).first.click()
    page.get_by_role("link", name=f"Manage {wish.name}-Provisioning Failed").click()
    page.get_by_role("button", name="Restart Provisioning", exact=True).click()
    expect(page.get_by_role("heading", name="Previous runs")).to_be_visible()
    center.failed(wish.name, REFUSAL)

    assert "1 rules" in stack.manage("orgfault", "fabrikam", "clear")
    page.get_by_role("link", name="Change Values and Restart Provisioning").click()
    page.get_by_label("Custom Portal", exact=True).check()
    page.get_by_role("button", name="Show what will be done again").last.click()
    expect(page.get_by_text("The portal becomes a Custom Portal.")).to_be_visible()
    center.look("change-values")
    page.get_by_role("button", name="Change Values and Restart Provisioning").click()

    answer = page.context.new_page().goto(center.provisioned())
    assert answer is not None
    assert answer.status == 200
    assert "Welcome" in answer.text()


def test_a_killed_worker_and_an_emptied_broker_stop_no_run(stack: Stack, enter: Enter) -> None:
    wish = Wish("Fabrikam Open Day", "fabrikam-open-day", "Customer", "Custom Portal", **FABRIKAM)
    stack.manage(
        "orgfault",
        "fabrikam",
        "add",
        "hang",
        "--method",
        "POST",
        "--path",
        "adx_webpages",
        "--seconds",
        "6",
        "--times",
        "1",
    )
    center = enter(FAY)
    page = center.page
    center.set_up(wish)
    expect(page).to_have_title(configuring(wish.name))
    held = page.locator(".progress-list__step", has_text="Import the starter content")
    expect(held.get_by_role("img", name="Running")).to_be_visible(timeout=PATIENCE)
    visitor = page.context.new_page()
    answer = visitor.goto(f"https://{wish.subdomain}.portals.localhost:{stack.https_port}/")
    assert answer is not None
    assert answer.status == 503
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Getting set up")

    stack.kill_worker()
    stack.empty_broker()
    center.look("running")
    photographs(visitor, "getting-set-up")

    center.provisioned()
    page.locator("summary", has_text="Show the").click()
    expect(held).to_contain_text("Attempt 2")  # the kill did meet the step
    answer = visitor.reload()
    assert answer is not None
    assert answer.status == 200
    stack.manage("orgfault", "fabrikam", "clear")


def _told_by_the_worker(stack: Stack, operation_id: str) -> str:
    """The lines of the worker's log that carry this run's id."""
    lines = (stack.home.log / "worker.log").read_text(errors="replace").splitlines()
    return "\n".join(line for line in lines if f"operation_id={operation_id}" in line)
