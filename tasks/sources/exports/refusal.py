"""An export that cannot be used, in one sentence."""


class ExportRefusedError(ValueError):
    """The file cannot be imported; the message names the file, the place and what to do. Nothing was taken from it."""
