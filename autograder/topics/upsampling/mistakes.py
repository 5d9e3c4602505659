"""Known mistakes of topic upsampling, as executable wrong answers."""

from ..common.model import Mistakes

MISTAKES = Mistakes("upsampling")
