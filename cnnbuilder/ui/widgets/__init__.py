"""Our small parts: theme, icons, editors, tables, questions."""
