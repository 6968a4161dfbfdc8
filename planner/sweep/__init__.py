"""Many solves of one scenario: what a limit, a price or a size costs from one end to the other."""
