"""What the head of a team asks of ``routing.yaml`` before publishing it.

reading    requests to try it on: a message, a file of messages or of requests
account    who would get a request and why, as text and as data
doubts     what is usable in teams and rules, but surely not meant
replay     past requests over an edited folder: what would change
"""
