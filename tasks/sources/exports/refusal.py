"""An export that cannot be used, in one sentence."""


class ExportRefusedError(ValueError):
    """The file cannot be imported; the message names the file, the place and what to do. Nothing was taken from it."""


def refusal(place: str, what: str) -> ExportRefusedError:
    """The sentence about a file, or about a place in it."""
    return ExportRefusedError(f"{place}: {what}")
