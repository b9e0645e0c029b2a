"""What `make bench` measures, and how it tells."""
