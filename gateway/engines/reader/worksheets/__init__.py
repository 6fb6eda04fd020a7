"""Worksheets: their sections and tasks, and what a task comes to."""
