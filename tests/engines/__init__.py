"""Every engine keeps one contract; what only one of them does stands in its own tests."""
