"""Who reads a verdict: a terminal, a program (JSON), a browser (HTML). Nothing here judges or computes."""
