"""What the user drew: the project, its analysis, its code and its file. Neither torch nor Qt."""
