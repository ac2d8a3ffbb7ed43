from organizations.models.assignment import Role, RoleAssignment
from organizations.models.organization import (
    Organization,
    OrganizationLanguage,
    OrganizationSolution,
    OrganizationUser,
)

__all__ = ["Organization", "OrganizationLanguage", "OrganizationSolution", "OrganizationUser", "Role", "RoleAssignment"]
