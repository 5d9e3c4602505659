"""Pictures for notebooks and reports. Each function draws into the axes it is given, or into new ones."""

from .activations import function_and_derivative
from .classes import class_diagram
from .curves import curves, distance, overlay, sweep
from .points import decision_region, points
from .signals import signals
from .style import style

__all__ = [
    "class_diagram",
    "curves",
    "decision_region",
    "distance",
    "function_and_derivative",
    "overlay",
    "points",
    "signals",
    "style",
    "sweep",
]
