"""What is measured: one module a benchmark, run by `python -m tests.benchmarks NAME`."""
