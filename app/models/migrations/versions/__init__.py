"""One file per migration, each with its parent."""
