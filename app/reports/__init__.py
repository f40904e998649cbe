"""Rows in, PDF or workbook out."""
