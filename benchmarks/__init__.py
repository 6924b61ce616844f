"""Speed and memory of whole processes; `python -m benchmarks` writes docs/benchmarks.md."""
