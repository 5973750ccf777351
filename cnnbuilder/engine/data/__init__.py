"""Data sets: one small file a source. `catalogue` describes them without torch; `prepare` makes the arrays."""
