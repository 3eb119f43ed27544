"""Bảng theo dõi as a picture and as a page: what handlers/board.py says in words."""
