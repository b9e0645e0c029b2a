"""What `make bench-peers` measures: others that do what we do, beside us in one run."""
