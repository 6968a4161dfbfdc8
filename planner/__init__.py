"""aiplan: a capacity planner and cost/energy optimizer for AI infrastructure."""

__version__ = "0.1.0"
