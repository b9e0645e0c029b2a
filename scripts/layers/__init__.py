"""What the built layers are made of, held against what Lambda's runtimes hold."""
