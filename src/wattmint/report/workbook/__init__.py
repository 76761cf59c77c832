"""The workbook with live formulas: a file per sheet, and the terms that formulas and values are both made of."""
