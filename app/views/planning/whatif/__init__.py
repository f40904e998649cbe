"""What-if: scenarios beside the working plan."""
