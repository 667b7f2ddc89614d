"""The inner rooms, each by itself: laws and edges that no single episode shows."""
