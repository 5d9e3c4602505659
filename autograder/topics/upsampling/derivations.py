"""The formulas that the notebook of this topic has its reader derive."""

DERIVATIONS = []
