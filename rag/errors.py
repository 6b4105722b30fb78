"""Errors that citewire raises on purpose.

CitewireError
├── SettingsError        a setting has a bad value
├── StoreError           the data directory can't be used as asked
│   ├── StoreBusyError   another process holds the writer lock
│   └── UnknownArticle   no article with that address
├── EncoderError         the embedding model can't be loaded
├── ModelError           the chat model failed
│   ├── ModelAuthError   wrong or missing key
│   ├── ModelTimeout     no answer within the limit
│   └── ModelUnavailable unreachable, overloaded or broken
└── InputError           a file, page or line can't be read

Each message is one line that names the bad value and the next step; the command
lines and the page show it without a traceback.
"""


class CitewireError(Exception):
    """Base of every error citewire raises on purpose; ``str()`` is one line for people."""


class SettingsError(CitewireError):
    """A setting has a bad value."""


class StoreError(CitewireError):
    """The data directory can't be used as asked."""


class StoreBusyError(StoreError):
    """Another process holds the writer lock of the data directory."""


class UnknownArticle(StoreError):
    """No article with that address is stored."""


class EncoderError(CitewireError):
    """The embedding model can't be loaded, or isn't the one the store was built with."""


class ModelError(CitewireError):
    """The chat model failed."""


class ModelAuthError(ModelError):
    """The provider refused the key, or there is none."""


class ModelTimeout(ModelError):
    """The provider gave no answer within the limit."""


class ModelUnavailable(ModelError):
    """The provider can't be reached, is overloaded, or answered nonsense."""


class InputError(CitewireError):
    """A file, page or line given to citewire can't be read."""
