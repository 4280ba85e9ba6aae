"""Practice 练习: twenty made-up reports with their right answers, for learning the rubric before the real ones."""
