"""People, sessions, captures, consent."""
