"""Messages to people: remembered below the data root until each of their addresses has taken them."""
