from core.models.base import TimeStamped
from core.models.user import User

__all__ = ["TimeStamped", "User"]
