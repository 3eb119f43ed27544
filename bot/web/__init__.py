"""The web pages: the list of communes, the chat page of each, its static files."""
