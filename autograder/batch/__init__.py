"""Many submissions at once: found, graded by several processes, written one by one, summed up in a gradebook."""
