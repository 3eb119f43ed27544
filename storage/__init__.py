"""What the service remembers: conversations, what came in, what must go out."""
