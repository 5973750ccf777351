"""What the user sees. The only folder that imports Qt; it never imports torch."""
