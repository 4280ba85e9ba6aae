"""The demo contest: its material and how it is brought in through the product's own verbs."""
