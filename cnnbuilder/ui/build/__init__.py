"""The Build workspace: palette, outline, canvas, inspector, drawer."""
