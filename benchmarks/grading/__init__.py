"""The autograder measured: does it say the same twice, how fast is a batch, what do ten kills leave behind."""
