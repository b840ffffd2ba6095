"""The one way in which text from outside leaves: to a terminal, into a log or a state, and into markdown.

File names, titles, handles and what servers answered are such text.
A CSV is guarded in `tasks/store/flat_file.py`.
"""

import re

MOST_BYTES = 1_800
"""A message below 2 KB; more of a file name or of a list of titles helps nobody."""
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Controls, ESC among them, what turns the direction of writing, and halves of letters; tab and newline stay."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!~])")


def plain_text(text: object, most: int = MOST_BYTES) -> str:
    """The text without what a terminal would obey, each such letter replaced, and cut in its middle.

    `most` are bytes of UTF-8: a title in Japanese has three a letter.

    >>> plain_text("abcdefgh", 6)
    'abc … gh'
    """
    said = _UNPRINTABLE.sub("\ufffd", str(text))
    written = said.encode()
    if len(written) <= most:
        return said
    begin, end = written[: most // 2], written[-(most // 2 - 1) :]
    return f"{begin.decode(errors='ignore')} … {end.decode(errors='ignore')}"


def markdown_text(text: object, most: int = MOST_BYTES) -> str:
    r"""The same as text in markdown: no link, picture, heading, table or HTML.

    >>> print(markdown_text("![x](http://h) <b>"))
    \!\[x\](http://h) \<b\>
    """
    return _MARKDOWN.sub(r"\\\1", plain_text(text, most))
