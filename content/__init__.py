"""What citizens read: guides, phrases and commune profiles, and the code that loads, checks and searches them."""
