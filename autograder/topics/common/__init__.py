"""What all topics are written with: their vocabulary, references, and the checks that every layer or loss must pass."""
