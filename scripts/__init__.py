"""What makes the documents and prepares a clone."""
