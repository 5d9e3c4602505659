"""What the notebooks and benchmarks share and nobody has to write: data, pictures, training runs, races."""

from .race import race

__all__ = ["race"]
