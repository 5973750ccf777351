"""The Data workspace: which images there are, and what they look like to the network."""
