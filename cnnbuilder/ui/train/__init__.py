"""The Train workspace: settings, curves, runs, Try it."""
