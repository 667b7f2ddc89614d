"""One module for each language, named by its tag: `en`, `de`; it holds a `LANGUAGE` and no more.

What such a module must hold is told in `docs/spoken.md`, under "Another language".
"""
