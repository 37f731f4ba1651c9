"""Rules of grid: pure, without clock, chance or database."""
