"""Known mistakes of topic conv, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("conv")
