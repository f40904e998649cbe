"""Can we promise it, and for when? An order really scheduled into the plan in force."""
