"""The sentences of the journey."""

from __future__ import annotations

from core.messages import Message, messages_register

ADDRESS_INVALID = "This address is not valid."
ADDRESS_EXPIRED = "This address has expired."
CASE_EXPIRED = "This view has expired."
NO_CASE = "The form did not say which case it shows."
ORIGIN_SHAPE = "Enter the address of the organization's pages, such as https://contoso.crm.dynamics.com"
DAYS_CHOICE = "Select how long the address shall be valid"

messages_register(
    {
        "analytics:not-readable": Message(
            "The hub cannot be asked", "Its interactions go to Event Hubs, which cannot be asked."
        ),
        "journey:address-invalid": Message(
            "The journey cannot be shown",
            ADDRESS_INVALID,
            "A system administrator makes a new one on the instance's page and puts it into the form.",
        ),
        "journey:address-expired": Message(
            "The journey cannot be shown",
            ADDRESS_EXPIRED,
            "A system administrator makes a new one on the instance's page and puts it into the form.",
        ),
        "journey:case-expired": Message("The view has expired", CASE_EXPIRED, "Reload the case."),
        "journey:no-case": Message(
            "Which case?",
            NO_CASE,
            "Let the form pass the record object-type code and unique identifiers as parameters.",
        ),
        "journey:origin-invalid": Message("The origin is not valid", ORIGIN_SHAPE),
    }
)
