"""What grid reads: one module for each table."""
