"""The wizard of a custom domain as somebody clicks through it."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domains.models import Certificate, DomainDraft
from portals.models import Portal
from tests.builders.certificates import PASSWORD

HOST = "support.customers.test"


class Wizard:
    """The pages of one portal in one browser."""

    def __init__(self, browser: Client, portal: Portal) -> None:
        self.browser, self.base = browser, f"/portals/{portal.pk}/custom-domain/"

    def page(self, name: str = "") -> str:
        return self.browser.get(f"{self.base}{name}").content.decode()

    def send(self, name: str, **values: object) -> tuple[int, str]:
        """Status, and the page or where it leads."""
        answer = self.browser.post(f"{self.base}{name}", values)
        return answer.status_code, answer.headers.get("Location") or answer.content.decode()

    def upload(self, data: bytes, password: str = PASSWORD) -> tuple[int, str]:
        file = SimpleUploadedFile("support.pfx", data)
        return self.send("certificate/", choice="upload", file=file, password=password)

    def choose(self, certificate: Certificate) -> tuple[int, str]:
        return self.send("certificate/", choice="existing", certificate=certificate.pk)

    def host(self, name: str = HOST, **more: object) -> tuple[int, str]:
        return self.send("host-name/", choice="new", hostname=name, **more)

    def next(self, **more: object) -> tuple[int, str]:
        draft = DomainDraft.objects.get()
        return self.send("review/", **{"draft": draft.pk, **more})
