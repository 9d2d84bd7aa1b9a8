"""Whether every measure finds again what was planted in simulated judges, and how often it is wrong.

    python -m benchmarks.recovery

One file a thing: `worlds` simulates judges, `cases` says what is planted and which measure looks for it,
`simulation` repeats that a thousand times, `tables` writes down what came out.
"""
