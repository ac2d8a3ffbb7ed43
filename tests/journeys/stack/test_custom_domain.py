"""A newcomer's way to a green lock: demo certificate, demo DNS, the wizard, and what the edge serves in the end."""

from __future__ import annotations

import socket
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from playwright.sync_api import Page, expect

from tests.builders.stack import Stack
from tests.journeys.stack.center import PATIENCE, Center, Wish
from tests.journeys.stack.conftest import Enter

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(240),
]

JAY = "jay@contoso.example"
PASSWORD = "correct horse"
MISSING = "Please add a CNAME record to this domain name."
CONFIGURED = "Custom Domain name has been successfully configured for this Portal. You can now go to {} to access"


def pfx_of(stack: Stack, host: str) -> Path:
    """What ``manage.py democert`` wrote."""
    return Path(stack.manage("democert", host, "--password", PASSWORD).splitlines()[0])


def portal_made(center: Center, name: str, subdomain: str) -> str:
    """A provisioned custom portal; the address of its page."""
    center.set_up(Wish(name, subdomain, "Customer", "Custom Portal"))
    center.provisioned()
    center.page.get_by_role("link", name="Portal details and actions").click()
    return urlsplit(center.page.url).path


def wizard_open(page: Page) -> None:
    page.locator("summary", has_text="Portal Actions").click()
    page.locator(".menu__item", has_text="Add a Custom Domain Name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a SSL certificate")


def certificate_upload(page: Page, file: Path, password: str = PASSWORD) -> None:
    page.get_by_label("Upload a new certificate").check()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Next").click()


def test_a_newcomer_walks_to_a_green_lock(stack: Stack, enter: Enter) -> None:
    host = "support.customers.test"
    center = enter(JAY)
    page = center.page
    portal = portal_made(center, "Contoso Own Name", "contoso-own-name")
    wizard_open(page)
    center.look("domain-certificate")
    certificate_upload(page, pfx_of(stack, host), "not this one")
    expect(page.get_by_role("alert")).to_contain_text("The password is wrong, or the file is damaged")
    center.look("domain-certificate-wrong")
    page.get_by_label("Password", exact=True).fill(PASSWORD)  # the file is kept
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a host name")
    page.get_by_label("Add a new hostname").check()
    page.get_by_label("Domain Name", exact=True).fill(host)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_contain_text(MISSING)
    expect(page.locator("#evidence")).to_contain_text(f"{host} CNAME contoso-own-name.portals.localhost")
    center.look("domain-host-name")
    page.get_by_role("button", name="Continue and wait for the record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    center.look("domain-review")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name=MISSING)).to_be_visible(timeout=PATIENCE)
    center.look("domain-waiting")

    stack.manage("demodns", "add", host, "CNAME", "contoso-own-name.portals.localhost")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text(CONFIGURED.format(host))).to_be_visible(timeout=PATIENCE)
    link = page.get_by_role("main").get_by_role("link", name=host, exact=True)
    assert link.get_attribute("href") == f"https://{host}:{stack.https_port}/"
    center.look("domain-done")
    page.get_by_role("link", name="Finish").click()
    expect(page).to_have_url(f"{stack.https_url}{portal}custom-domain/")
    center.look("domain-page")

    assert names_served(stack, host) == {host}
    assert "Contoso Own Name" in visitor_reads(stack, host)
    assert openssl_verifies(stack, host)


def test_the_record_is_enough_where_scripts_are_switched_off(stack: Stack, enter: Enter) -> None:
    host = "help.customers.test"
    center = enter(JAY)
    portal = portal_made(center, "Contoso Plain", "contoso-plain")
    stack.manage("demodns", "add", host, "CNAME", "contoso-plain.portals.localhost")
    page = enter(JAY, java_script_enabled=False).page
    page.goto(f"{portal}custom-domain/")
    page.get_by_role("link", name="Add a Custom Domain Name").click()
    certificate_upload(page, pfx_of(stack, host))
    page.get_by_label("Domain Name", exact=True).fill(host)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text(CONFIGURED.format(host))).to_be_visible(timeout=PATIENCE)  # the page reloads itself
    assert names_served(stack, host) == {host}

    page.goto(f"{portal}custom-domain/")
    page.get_by_role("button", name=f"Lead them to {host}").click()
    expect(page.get_by_text("are led to help.customers.test")).to_be_visible()
    page.get_by_role("link", name=f"Remove {host}").click()
    page.get_by_label("Domain Name", exact=True).fill(host)
    page.get_by_role("button", name=f"Remove {host}").click()
    expect(page.get_by_role("heading", name="No custom domain name yet")).to_be_visible()


def handshake(stack: Stack, host: str) -> ssl.SSLSocket:
    """As a browser that trusts the demo's authority, with the name in the handshake; nothing is resolved."""
    context = ssl.create_default_context(cafile=str(demo_root(stack)))
    return context.wrap_socket(socket.create_connection(("127.0.0.1", stack.https_port), 10), server_hostname=host)


def names_served(stack: Stack, host: str) -> set[str]:
    with handshake(stack, host) as connection:
        found = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(names.get_values_for_type(x509.DNSName))


def visitor_reads(stack: Stack, host: str) -> str:
    """The portal's home page under the name."""
    with handshake(stack, host) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{stack.https_port}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def openssl_verifies(stack: Stack, host: str) -> bool:
    """The openssl command, an independent judge of chain and name."""
    command = ("openssl", "s_client", "-connect", f"127.0.0.1:{stack.https_port}", "-servername", host)
    options = ("-verify_hostname", host, "-CAfile", str(demo_root(stack)), "-verify_return_error", "-brief")
    done = subprocess.run((*command, *options), input=b"", capture_output=True, timeout=30, check=False)
    return done.returncode == 0 and b"Verification: OK" in done.stderr + done.stdout


def demo_root(stack: Stack) -> Path:
    return stack.home.path / "demo-ca" / "root.crt"
