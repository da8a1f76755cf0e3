"""非诉在线: a township justice office's WeChat account that answers with approved law."""

__version__ = "0.1.0"
