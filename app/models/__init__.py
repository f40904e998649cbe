"""Tables of the program, and the only doors to the database.

Importing this package loads every area, so that relationships between areas resolve.
"""

from app.models import access, materials, orders, planning, plant, products, quality
from app.models.base import Base

__all__ = ["Base", "access", "materials", "orders", "planning", "plant", "products", "quality"]
