"""The demo organizations Contoso and Fabrikam: their people, customers, cases and articles."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from core.sealed import secret_seal
from organizations.embedded.demo_partner import demo_partner_create
from organizations.embedded.inprocess import in_process
from organizations.embedded.models import EmbeddedOrganization
from organizations.embedded.seed import (
    FIELD_SERVICE,
    SeedArticle,
    SeedCase,
    SeedContact,
    SeedReply,
    SeedUser,
    client_secret_of,
    embedded_organization_create,
)
from organizations.models import Organization
from organizations.services import organization_refresh, organization_register

ENGLISH, GERMAN, FRENCH, HEBREW = 1033, 1031, 1036, 1037

CONTOSO_USERS = (
    SeedUser("Jay Hamlin", "jay@contoso.example", ("System Administrator",)),
    SeedUser("Ben Miller", "ben@contoso.example", ("System Customizer",)),
    SeedUser("Sharron Smith", "sharron@contoso.example", ("Customer Service Representative",)),
    SeedUser("Dan Jump", "dan@contoso.example", ("System Administrator",), is_disabled=True),
)
FABRIKAM_USERS = (SeedUser("Fay Richards", "fay@fabrikam.example", ("System Administrator",)),)

CONTOSO_CONTACTS = (
    SeedContact(
        "Maria",
        "Campbell",
        "maria@adventureworks.example",
        "Adventure Works",
        (
            SeedCase(
                "Coffee machine leaks at the boiler",
                "Water drips from the boiler after about ten minutes.",
                days=6.2,
                replies=(
                    SeedReply("Does it drip in front or below? The number on the label at the back helps.", 5.9),
                    SeedReply("From below, at the seal. The number is CM-4471-08.", 5.1, is_from_customer=True),
                    SeedReply("Thank you. A new seal is on its way to you; it arrives on Thursday.", 4.8),
                ),
            ),
            SeedCase(
                "Invoice shows the wrong address",
                "The invoice of last month still has our old address.",
                1,
                days=21,
                replies=(SeedReply("We have corrected the address and sent you a new invoice.", 20.4),),
                resolution="A corrected invoice was sent.",
            ),
            SeedCase("Which descaler may we use?", "The one from the supermarket says nothing about steel.", days=0.4),
        ),
        job_title="Office manager",
        telephone="+44 20 7946 0132",
    ),
    SeedContact(
        "Paul",
        "Cannon",
        "paul@alpineskihouse.example",
        "Alpine Ski House",
        (
            SeedCase(
                "Grinder makes a loud noise",
                "It began yesterday, with every kind of beans.",
                days=2.3,
                replies=(
                    SeedReply(
                        "Please look whether a stone got between the burrs; the lid says how to open them.",
                        1.6,
                    ),
                ),
            ),
        ),
    ),
    SeedContact(
        "Yvonne",
        "McKay",
        "yvonne@fourthcoffee.example",
        "Fourth Coffee",
        (
            SeedCase("Which filter fits the model S?", "We have two of them, bought in spring.", days=1.1),
            SeedCase("Delivery came without the water tank", "Everything else is there.", days=3.7),
        ),
    ),
    SeedContact("Susanna", "Stubberod", "susanna@fourthcoffee.example", "Fourth Coffee"),
)
FABRIKAM_CONTACTS = (
    SeedContact(
        "Rene",
        "Valdes",
        "rene@alpineskihouse.example",
        "Alpine Ski House",
        (SeedCase("Conveyor belt stops by itself"),),
    ),
)
CONTOSO_ARTICLES = (
    SeedArticle(
        "KA-00901",
        "Descale the coffee machine",
        "<p>Descale the machine every three months, or sooner where the water is hard.</p>"
        "<ol><li>Empty the water tank.</li><li>Fill it with descaler and water.</li>"
        "<li>Start the programme <em>Descale</em>.</li><li>Rinse twice with clear water.</li></ol>",
        ENGLISH,
        "descale, maintenance, water",
    ),
    SeedArticle(
        "KA-00902",
        "The boiler leaks: what to check first",
        "<p>Switch the machine off and let it cool down. Most leaks come from the seal of the boiler, which wears out "
        "after some two years.</p><p>Where water still drips with a new seal, open a case.</p>",
        ENGLISH,
        "boiler, leak, seal",
    ),
    SeedArticle(
        "KA-00901",
        "Kaffeemaschine entkalken",
        "<p>Entkalken Sie die Maschine alle drei Monate, bei hartem Wasser öfter.</p>"
        "<ol><li>Wassertank leeren.</li><li>Entkalker und Wasser einfüllen.</li>"
        "<li>Programm <em>Entkalken</em> starten.</li><li>Zweimal mit klarem Wasser spülen.</li></ol>",
        GERMAN,
        "entkalken, Pflege, Wasser",
    ),
    SeedArticle(
        "KA-00901",
        "Détartrer la machine à café",
        "<p>Détartrez la machine tous les trois mois, plus souvent si l'eau est dure.</p>"
        "<ol><li>Videz le réservoir.</li><li>Versez le détartrant et l'eau.</li>"
        "<li>Lancez le programme <em>Détartrage</em>.</li><li>Rincez deux fois à l'eau claire.</li></ol>",
        FRENCH,
        "détartrage, entretien, eau",
    ),
)


@dataclass(frozen=True)
class DemoOrganization:
    """An organization of the demo as the center knows it, and how a client of its own reaches it."""

    organization: Organization
    base_url: str
    authority: str
    client_id: str
    client_secret: str = field(repr=False)


def demo_organizations_create() -> tuple[DemoOrganization, ...]:
    """Make what is missing of the demo organizations and register them. It needs no running web process."""
    with in_process():
        return _demo(_contoso()), _demo(_fabrikam())


def _contoso() -> EmbeddedOrganization:
    tenant = embedded_organization_create(
        name="contoso",
        friendly_name="Contoso Sales",
        base_language=ENGLISH,
        languages=(ENGLISH, GERMAN, FRENCH, HEBREW),
        users=CONTOSO_USERS,
        solutions=(FIELD_SERVICE,),
        contacts=CONTOSO_CONTACTS,
        articles=CONTOSO_ARTICLES,
    )
    demo_partner_create(tenant)
    return tenant


def _fabrikam() -> EmbeddedOrganization:
    return embedded_organization_create(
        name="fabrikam", friendly_name="Fabrikam", users=FABRIKAM_USERS, contacts=FABRIKAM_CONTACTS
    )


def _demo(tenant: EmbeddedOrganization) -> DemoOrganization:
    base_url = f"https://{settings.PORTAL_ADMIN_HOST}:{settings.PORTAL_HTTPS_PORT}/org/{tenant.name}"
    secret = client_secret_of(tenant)
    return DemoOrganization(_registered(tenant, base_url, secret), base_url, base_url, str(tenant.client_id), secret)


def _registered(tenant: EmbeddedOrganization, base_url: str, secret: str) -> Organization:
    """Registered, with the address of this start: the port may have changed since the last one."""
    known = Organization.objects.filter(unique_name=tenant.name).first()
    if known is None:
        return organization_register(
            actor=None,
            unique_name=tenant.name,
            name=tenant.friendly_name,
            url=base_url,
            authority=base_url,
            client_id=str(tenant.client_id),
            client_secret=secret,
        )
    with transaction.atomic():
        known.url = known.authority = base_url
        known.client_id = str(tenant.client_id)
        known.client_secret = secret_seal(secret, row=known.seal_row)
        known.save(update_fields=["url", "authority", "client_id", "client_secret", "updated_at"])
    return organization_refresh(organization_id=known.pk)
