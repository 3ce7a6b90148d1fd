"""`make bench`: speed and size, as figures and ratios of one run. Nothing here is a gate."""
