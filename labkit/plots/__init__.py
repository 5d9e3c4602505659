"""Pictures for notebooks and reports. Each function draws into the axes it is given, or into new ones."""

from .activations import function_and_derivative
from .classes import class_diagram
from .curves import curves, distance, overlay, sweep
from .images import confusion, grid, rows, weights
from .points import decision_region, points
from .signals import signals
from .style import style

__all__ = [
    "class_diagram",
    "confusion",
    "curves",
    "decision_region",
    "distance",
    "function_and_derivative",
    "grid",
    "overlay",
    "points",
    "rows",
    "signals",
    "style",
    "sweep",
    "weights",
]
