"""What the races of a stored experiment come to: ratios to torch.nn's time, and their means."""

from statistics import geometric_mean

REFERENCE = "torch.nn"


def ratio(result, form="readable", what="both"):
    """Median time of a form over that of torch.nn; None if there is no such form."""
    return result[form][what][0] / result[REFERENCE][what][0] if form in result else None


def fastest(result, what="both"):
    """The smallest `ratio` of our forms."""
    return min(ratio(result, form, what) for form in result if form != REFERENCE)


FORMS = {"readable": ratio, "fastest": fastest}


def summaries(runs):
    """{form: {'small' | 'large' | 'all': geometric mean of the ratios, 'worst': (ratio, case), 'slower': how many}}."""
    return {form: summary(runs, of_run) for form, of_run in FORMS.items()}


def summary(runs, of_run):
    ratios = [(of_run(run["result"]), run["arguments"]) for run in runs]
    means = {
        size: geometric_mean(value for value, arguments in ratios if size in ("all", arguments["size"]))
        for size in ("small", "large", "all")
    }
    worst, arguments = max(ratios, key=lambda each: each[0])
    slower = sum(value > 1 for value, _ in ratios)
    return means | {"worst": (worst, arguments["case"]), "slower": slower, "count": len(ratios)}


FILTERS = (ratio, fastest, summaries)
