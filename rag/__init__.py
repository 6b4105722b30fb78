"""citewire: answers about AI news, every sentence cited."""
