"""The run: recipe, dataset, fit, compare, audit, track, promote."""
