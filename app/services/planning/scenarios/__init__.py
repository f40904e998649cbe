"""What-if: scenarios as lists of edits on the working plan, solved, compared, adopted."""
