"""What can be done about a portal coming to life. Pages, API and commands call these and nothing beneath them."""

from provisioning.changes import change_preview, changeable_fields
from provisioning.services.preflight import provisioning_preflight
from provisioning.services.restart import provisioning_cancel, provisioning_change_and_restart, provisioning_restart
from provisioning.services.submit import provisioning_submit

__all__ = [
    "change_preview",
    "changeable_fields",
    "provisioning_cancel",
    "provisioning_change_and_restart",
    "provisioning_preflight",
    "provisioning_restart",
    "provisioning_submit",
]
