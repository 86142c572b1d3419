"""Personal data as people write it, told once: for what hides it in a text and for what keeps it out of searches.

PostgreSQL and Python read these expressions alike.
"""

# The groups of a number; between them there may be gaps, and of the middle ones nothing is shown.
NUMBERS = {
    "identity": ("[1-9][0-9]{3}", "[0-9]{4}", "[0-9]{4}", "[0-9]{4}", "[0-9][0-9x]"),
    "card": ("[3-6][0-9]{3}", "[0-9]{4}", "[0-9]{4}", "[0-9]{0,4}", "[0-9]{3,4}"),
    "mobile": ("1[3-9][0-9]", "[0-9]{4}", "[0-9]{4}"),
    "telephone": (r"0[0-9]{2,3}\)?", "[0-9]{3,4}", "[0-9]{4}"),
}
# The signs before the @ of a mail address, within brackets.
MAIL = "a-z0-9._%+"
