"""Known mistakes of topic batchnorm, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("batchnorm")
