"""Pictures and the drawing pad."""
