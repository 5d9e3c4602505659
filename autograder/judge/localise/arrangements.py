"""The right numbers in the wrong places: transposed, turned, shifted, or in the order of a reshape."""

from .case import magnitudes
from .regions import ENTRIES_NEEDED, SLICES, plural


def arrangement(failing):
    """An arrangement, if one fits; if several do, no more than that it is one."""
    ranks = {c.expected.dim() for c in failing}
    if len(ranks) > 1 or sum(magnitudes(c) for c in failing) < 2:
        return None
    if not all(_same_numbers(c) or _shifts(c) for c in failing):
        return None
    held = [words for words, fits in _arrangements(failing) if all(fits(c) for c in failing)]
    specific = [words for words in held if "another order" not in words] or held
    if len(specific) == 1:
        return specific[0], True
    permuted = all(_same_numbers(c) for c in failing)
    if permuted and (specific or sum(magnitudes(c) for c in failing) >= ENTRIES_NEEDED):
        return "the right numbers, but in other places", True
    return None


def _same_numbers(case):
    return case.near(case.got.flatten().sort().values, case.expected.flatten().sort().values)


def _arrangements(failing):
    """[(words, whether a case fits them)] for tensors of this rank."""
    rank, axes = failing[0].expected.dim(), failing[0].axes
    named = [(axis, name) for axis, name in enumerate(axes) if name]
    found = [
        (f"the {plural(name)} are in reverse order", lambda c, a=a: c.near(c.expected.flip(a), c.got))
        for a, name in named
    ]
    if rank > 1 and any(min(c.expected.shape[-2:]) > 1 for c in failing):
        found.append(("turned by 180°", lambda c: c.near(c.expected.flip(-1, -2), c.got)))
    for a in range(rank):
        for b in range(a + 1, rank):
            found.append((_exchanged(failing, a, b), lambda c, a=a, b=b: _is_exchanged(c, a, b)))
    if rank > 2:
        found += [
            ("the right numbers, in the order of a tensor whose dimension 1 comes last", lambda c: _is_moved(c, 1, -1)),
            (
                "the right numbers, in the order of a tensor whose last dimension is dimension 1",
                lambda c: _is_moved(c, -1, 1),
            ),
        ]
    for a, name in named:
        found += [
            (f"each {name} holds what belongs in the {name} before it", lambda c, a=a: _is_shifted(c, a, 1)),
            (f"each {name} holds what belongs in the {name} after it", lambda c, a=a: _is_shifted(c, a, -1)),
        ]
    for a in range(rank):
        words = f"the {plural(axes[a])} are" if axes[a] else f"what lies along dimension {a} is"
        found.append((f"{words} in another order", lambda c, a=a: _is_reordered(c, a)))
    return found


def _exchanged(failing, a, b):
    """Transposed in the words of matrices; where the shape is the right one all the same, it was reshaped, too."""
    both = (failing[0].axes[a], failing[0].axes[b])
    what = "rows and columns" if both in (("row", "column"), ("sample", "column")) else f"dimensions {a} and {b}"
    if all(c.expected.shape[a] == c.expected.shape[b] for c in failing):
        return f"{what} are exchanged"
    return f"the right numbers, in the order of exchanged {what}"


def _is_exchanged(case, a, b):
    """Transposed; or with the right shape, but in the order of memory that the transposed tensor has."""
    return case.near(case.expected.transpose(a, b).reshape(case.expected.shape), case.got)


def _is_moved(case, source, destination):
    return case.near(case.expected.movedim(source, destination).reshape(case.expected.shape), case.got)


def _shifts(case):
    """Whether it is a tensor shifted along some dimension: the one arrangement in which numbers get lost."""
    return any(_is_shifted(case, axis, by) for axis in range(case.expected.dim()) for by in (1, -1))


def _is_shifted(case, axis, by):
    """Whether all slices but one are their neighbours, and not for being alike."""
    size = case.expected.shape[axis]
    if size < 3:
        return False
    kept, moved = case.expected.narrow(axis, 0 if by > 0 else 1, size - 1), case.got.narrow(axis, max(by, 0), size - 1)
    return case.near(kept, moved) and not case.near(kept, kept.narrow(axis, 0, 1))


def _is_reordered(case, axis):
    """Whether the slices along one dimension are the right ones in another order."""
    if case.expected.shape[axis] > 4 * SLICES:
        return False
    expected, got = (t.movedim(axis, 0).flatten(1) if t.dim() > 1 else t[:, None] for t in (case.expected, case.got))
    alike = ((got[:, None] - expected[None]).abs() <= case.limit).all(2)
    return bool(alike.any(1).all()) and bool(alike.any(0).all())
