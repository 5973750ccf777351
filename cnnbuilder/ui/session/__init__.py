"""One open document and all that runs for it, without widgets."""
