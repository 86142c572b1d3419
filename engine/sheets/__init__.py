"""Tables that office programs open: read in a child process with limits, written so that nothing in them runs."""

from engine.sheets.read import Formula, Rows, Sheets, read_sheets
from engine.sheets.write import csv_bytes, csv_file, xlsx_bytes

__all__ = ["Formula", "Rows", "Sheets", "csv_bytes", "csv_file", "read_sheets", "xlsx_bytes"]
