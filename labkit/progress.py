"""A bar for loops that take a while."""

import os

from tqdm.auto import tqdm


def progress(steps, label, total=None):
    """Iterate over steps beside a bar that goes away at the end.

    There is no bar if label is None, nor with TQDM_DISABLE=1 in the environment: a bar is no result to be stored.
    """
    if label is None or os.environ.get("TQDM_DISABLE") == "1":
        return steps
    return tqdm(steps, desc=label, total=total, leave=False)
