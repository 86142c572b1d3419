"""Personal data as people write it, told once: for what hides it in a text and for what keeps it out of searches.

PostgreSQL and Python read these expressions alike.
"""

_DIGIT = "[0-9]"
# Region, day of birth, order and check digit: what has no such day in it is some other number.
_BORN = (*[_DIGIT] * 2, "[01]", _DIGIT, "[0-3]", *[_DIGIT] * 4, "[0-9x]")
_IDENTITY = tuple(("[1-9]", *[_DIGIT] * 5, *century, *_BORN) for century in ("19", "20"))
_MOBILE = "1[3-9][0-9]"
# The ways to write a number, each as its groups; between them there may be gaps.
NUMBERS = {
    "identity": _IDENTITY,
    "card": (("[3-6][0-9]{3}", "[0-9]{4}", "[0-9]{4}", "[0-9]{0,4}", "[0-9]{3,4}"),),
    "mobile": (
        (_MOBILE, "[0-9]{4}", "[0-9]{4}"),
        (_MOBILE, "[0-9]{3}", "[0-9]{5}"),
        (_MOBILE, "[0-9]{5}", "[0-9]{3}"),
        (_MOBILE, "[0-9]{2}", "[0-9]{3}", "[0-9]{3}"),
        (_MOBILE, "[0-9]{2}", "[0-9]{2}", "[0-9]{2}", "[0-9]{2}"),
        (f"{_MOBILE}[0-9]", "[0-9]{4}", "[0-9]{3}"),
        (f"{_MOBILE}[0-9]", "[0-9]{3}", "[0-9]{4}"),
        (f"{_MOBILE}[0-9]{{2}}", "[0-9]{6}"),
    ),
    "telephone": ((r"0[0-9]{2,3}\)?", "[0-9]{3,4}", "[0-9]{4}"),),
}
SPACED = ("1", "[3-9]", *[_DIGIT] * 9)  # a mobile number digit by digit, with a gap before each
# The signs before the @ of a mail address, within brackets.
MAIL = "a-z0-9._%+"
