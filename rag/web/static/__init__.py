"""The style sheet and script of the chat page."""
