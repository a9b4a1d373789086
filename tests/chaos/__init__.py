"""Crashes and failures on purpose: the real assistant, killed at random while calls fail.

messages, requests       the runs, each with its own plan and verdict
process, fleet           the assistants: started, killed, started again
outside                  the servers that they call, which fail
telegram, web, reading   how people speak and read
kept, destinations       what the database holds, and what teams got
replies, work, findings  what all verdicts look into
"""
