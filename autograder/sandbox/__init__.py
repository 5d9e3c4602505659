"""Where student code runs: a process of its own, spoken to by messages, with limits and rules."""
