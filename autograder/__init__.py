"""Judges a package of hand-written layers against `torch.nn`: outputs, gradients, behaviour, rules and time."""
