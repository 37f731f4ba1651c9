"""Names, phones and texts, encrypted under a key of each person."""
