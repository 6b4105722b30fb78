"""The style sheet and script that a report carries."""
