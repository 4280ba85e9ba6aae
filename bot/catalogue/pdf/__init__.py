"""A newspaper's PDF pages: letters with their places read, put in order, made into articles."""
