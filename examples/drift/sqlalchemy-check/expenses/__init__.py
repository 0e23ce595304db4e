"""Card statements: extracted, matched with employees, and reported."""
