"""Makes what a student gets: stubs from the solutions, notebooks from their text."""
