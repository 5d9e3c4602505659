"""How a package is judged: references, comparison, shrinking, timing, verdict."""

from .session import Session

__all__ = ["Session"]
