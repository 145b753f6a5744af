"""Training: recipes, their data, and the loop that they all share."""
