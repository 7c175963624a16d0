"""Small programs that `skelarium doctor` runs, each in its own process, to see what works here.

What breaks, hangs or crashes in one of them becomes a sentence in the report.
"""
