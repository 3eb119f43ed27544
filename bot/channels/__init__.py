"""Channels: each module here that defines CHANNEL translates one platform to and from our words."""
