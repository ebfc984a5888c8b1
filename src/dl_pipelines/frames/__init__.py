"""Pure pandas: schemas, parsing, cleaning and features."""
