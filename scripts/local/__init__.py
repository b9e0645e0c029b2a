"""The local stack: the same template and functions on an embedded AWS emulator."""
