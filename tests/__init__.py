"""Tests: real voices, real files, real processes, independent judges."""
