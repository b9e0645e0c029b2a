"""The command line client of Cover Art."""
