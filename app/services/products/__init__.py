"""Items, bills of material, routings."""
