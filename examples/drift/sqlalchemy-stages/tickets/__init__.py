"""Workflow sessions that end in tickets."""
