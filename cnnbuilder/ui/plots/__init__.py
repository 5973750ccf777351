"""Curves, and what else is plotted."""
