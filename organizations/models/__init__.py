from organizations.models.assignment import Role, RoleAssignment
from organizations.models.organization import Organization, OrganizationLanguage, OrganizationUser

__all__ = ["Organization", "OrganizationLanguage", "OrganizationUser", "Role", "RoleAssignment"]
