"""One report: the page where it is graded, the parts of that page, and what stands beside it."""
