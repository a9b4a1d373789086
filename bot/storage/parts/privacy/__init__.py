"""What is held of a person: gathered, exported, erased, and let go of when its time is over."""
