"""`benchmarks` is run from the root of the course and not installed, so the tests have to say where it is."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
