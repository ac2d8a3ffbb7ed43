from organizations.embedded.models.fault import Fault
from organizations.embedded.models.label import Label
from organizations.embedded.models.organization import EmbeddedOrganization
from organizations.embedded.models.records import DeletedRow, Link, Requirement, StagedUpload
from organizations.embedded.models.tables import MODELS, Row, Rows, rows_in

__all__ = [
    "MODELS",
    "DeletedRow",
    "EmbeddedOrganization",
    "Fault",
    "Label",
    "Link",
    "Requirement",
    "Row",
    "Rows",
    "StagedUpload",
    "rows_in",
]
