"""Many inputs through one judge."""
