"""Formulas written down one by one, as their sources print them: the slow twins of the product's frames."""
