"""Side-by-side measurements of `solutions` against `torch.nn`. Run one with `python -m benchmarks.modules`."""
