"""docs/RESULTS.md and its pictures, made of the stored results and of nothing else."""
