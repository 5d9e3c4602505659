"""Known mistakes of topic dropout, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("dropout")
