"""The sentences of provisioning. Those of the source document and the page design stand here verbatim."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

ORGANIZATION_MISSING = "Select a Dynamics 365 instance"
LANGUAGE_MISSING = "Select a portal language"
LANGUAGE_NONE = "{organization} has no supported language installed."
LANGUAGE_UNSUPPORTED = "A portal cannot speak this language. Select one of the list"
LANGUAGE_INACTIVE = "{language} is not activated in {organization}"
ADMINISTRATOR_MISSING = "Select a portal administrator"
ADMINISTRATOR_NONE = "{organization} has no user with the System Administrator role."
ADMINISTRATOR_FOREIGN = "The portal administrator must be a user of {organization}"
ADMINISTRATOR_DISABLED = "{administrator} is disabled in {organization}"
ADMINISTRATOR_ROLE = "{administrator} does not have the System Administrator role in {organization}"
AUDIENCE_MISSING = "Select a portal audience"
TYPE_MISSING = "Select the portal to be deployed"
TYPE_AUDIENCE = "{portal_type} is not offered to the audience {audience}"
OPTION_UNKNOWN = "There is no such option"
OPTION_TYPE = "{option} is not an option of {portal_type}"
OPTION_MISSING = "{option} requires solutions installed: {missing} is not installed in {organization}"
OPTION_OLD = "{option} requires solutions installed: {missing} in {organization} is older than {minimum}"
TERMS_MISSING = "Select the check box to accept the Terms of Service"
TERMS_CHANGED = "The Terms of Service changed. Read and accept the new version."
FIELD_UNKNOWN = "This value cannot be changed"
FIXED_RESERVED = "Cannot be changed: already reserved"
FIXED_INSTALLED = "Cannot be changed: solutions are already installed in {organization}"
FIXED_STATE = "Cannot be changed: only while provisioning has failed"
PORTAL_GONE = "The portal was removed while it was provisioned."
SITE_UNFINISHED = "{host} answers, but not with its website (status {status})."
BASE_LANGUAGE = (
    "The base language of {organization} is {base}, not {language}: names of forms and fields are installed in {base} "
    "first. The website speaks {language}."
)
CONTENT_ENGLISH = (
    "There are no sample pages in {language}: the new pages are English, to be translated on the website. Buttons, "
    "labels and notices are {language}."
)
CONTENT_ENGLISH_OPTION = "sample pages in English"  # beside a language in the list
CONTENT_ENGLISH_HINT = (
    "Where a language says “sample pages in English”, buttons, labels and notices are translated; the pages to start "
    "with are not."
)
NOTHING_RUNNING = "Nothing is running for this portal."
CONFIGURING_BANNER = "This portal is currently being configured and updates are not allowed. Please try again later."
PACKAGES_BANNER = (
    "Your Portal URL has been created. However, package installation is still in progress. Please check status here."
)
PACKAGES_BANNER_LINK = "here"  # the word of the sentence above that links to the solutions
INSTALL_FAILED_BANNER = "{package}: Install Failed. Visitors see “Getting set up”."
INSTALL_FAILED_LINK = "Open Solutions"
GOES_ON = "{portal} goes on by itself."
STILL_WAITING = "{portal} still waits for another solution."

messages_register(
    {
        "provisioning:organization-invalid": Message("The instance cannot be used", ORGANIZATION_MISSING),
        "provisioning:language-invalid": Message("The language cannot be used", LANGUAGE_MISSING),
        "provisioning:administrator-invalid": Message("The portal administrator cannot be used", ADMINISTRATOR_MISSING),
        "provisioning:audience-invalid": Message("The audience is unknown", AUDIENCE_MISSING),
        "provisioning:type-invalid": Message("The portal type cannot be used", TYPE_MISSING),
        "provisioning:option-invalid": Message("The option cannot be used", OPTION_UNKNOWN),
        "provisioning:terms-required": Message("The Terms of Service are not accepted", TERMS_MISSING),
        "provisioning:terms-changed": Message("The Terms of Service changed", TERMS_CHANGED),
        "provisioning:field-fixed": Message("The value is fixed", FIXED_STATE),
        "provisioning:nothing-running": Message("Nothing to cancel", NOTHING_RUNNING),
        "provisioning:site-unfinished": Message("The website does not show yet", SITE_UNFINISHED, turn=Turn.OURS),
        "provisioning:portal-gone": Message("The portal is gone", PORTAL_GONE),
    }
)
