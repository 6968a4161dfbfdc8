"""Policies: what a company asks of every scenario and every plan, beyond what a scenario limits itself.

A policy file is a list of rules. Each names a figure, one comparison, a level, a reason and an owner; nothing in it is
evaluated. `load` reads a file, `judge` holds its rules against a scenario, a plan, and the plan that was there before.
"""
