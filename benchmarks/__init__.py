"""`solutions` measured beside `torch.nn`, and the page that says what came out: `python -m benchmarks --help`."""
