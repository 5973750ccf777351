"""The panels around the canvas: palette, outline, inspector, code and problems."""
