"""Báo cáo định kỳ as Word and Excel. Imported only by its command: python-docx and matplotlib are slow to load."""
