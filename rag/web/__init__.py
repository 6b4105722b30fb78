"""The chat's parts that are neither layout nor answers: history, service, pages, scripts."""
