"""Known mistakes of topic pooling, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("pooling")
