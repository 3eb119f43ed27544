"""Examples that stand in docs/, made from invented figures."""
