"""Simulation: what a plan does over time, event by event, without the formulas that made it."""
