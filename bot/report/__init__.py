"""The office's figures: what is counted, in tables and charts; nobody's words are in them."""
