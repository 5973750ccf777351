"""One module a data set, each with its `SOURCE`; found by `catalogue`, imported nowhere else."""
