from core.models.base import TimeStamped
from core.models.idempotency import IdempotentAnswer
from core.models.user import User

__all__ = ["IdempotentAnswer", "TimeStamped", "User"]
