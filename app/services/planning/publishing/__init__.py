"""Publishing: immutable plans with pictures of how they were known, and notices of what changed."""
