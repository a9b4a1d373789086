"""The matcher with word vectors and without: what they find, and what they cost."""
