"""`make bench`: how fast the service answers, beside bare bots, and what it needs of the machine."""
