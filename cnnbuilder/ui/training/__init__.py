"""The Training tab: one run at a time, its settings, its curves, and trying the network by drawing."""
