"""Turn the text of a podcast episode into a finished, published-quality MP3, unattended."""

__version__ = "0.1.0"
