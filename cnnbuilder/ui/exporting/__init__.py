"""Taking the network away: the forms, the dialog that chooses one, the work, the comparison with what was trained."""
