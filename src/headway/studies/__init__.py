"""Questions, their arms and their claims: the only place that knows which part is played by whom."""
