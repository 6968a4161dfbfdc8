"""One module per kind of law; `planner.audit.run` finds them. See there for what a module holds."""
