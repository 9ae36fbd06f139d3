import re
import unicodedata


def without_accents(text: str) -> str:
    """Lower-case words without accents or punctuation: the common form of index and query."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"[\w]+", letters.lower()))
