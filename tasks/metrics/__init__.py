"""What the community does: rates, levels and the people behind them."""
