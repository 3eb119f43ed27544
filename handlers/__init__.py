"""What the service does: conversations and decisions, without network, SQL or clock."""
