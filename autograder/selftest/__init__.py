"""The grader graded: known mistakes are failed and named, small changes are noticed, right packages pass."""
