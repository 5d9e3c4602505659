"""Pictures for notebooks and reports. Each function draws into the axes it is given, or into new ones."""

from .style import style

__all__ = ["style"]
