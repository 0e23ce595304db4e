"""Analyses of datasets, behind an API."""
