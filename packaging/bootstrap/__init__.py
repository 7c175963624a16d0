"""From a fresh checkout to a running program, with the standard library alone: for start.py."""
