"""Pages, API and the live socket."""
