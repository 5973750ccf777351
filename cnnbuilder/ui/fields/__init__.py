"""A block's form, its formulas and its help: what several workspaces show of a block."""
