"""What is printed in the paper, set as files that the layout editor can use: text, Word, SVG and PDF."""
