"""Why a message is answered as it is, for whoever writes the knowledge.

naming   features by the words they are made of
tongue   why the language
account  how a message came to its outcome, as plain data
text     the account as lines to print
"""

from knowledge.explanation.account import Account, Explanation, Part, explain
from knowledge.explanation.text import text_of

__all__ = ["Account", "Explanation", "Part", "explain", "text_of"]
