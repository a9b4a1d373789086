"""What is wrong with a deployment, and the mend: ``python -m bot doctor``, and rounds in ``serve``.

finding    what an examination finds
examining  examinations side by side, each with its own time
local      all that one machine can tell: settings, knowledge, routing, database …
remote     all that is asked of others: Telegram, mail server, webhooks, directory, clock
rounds     the remote ones again and again while the assistant serves
report     findings as text and as data

The other modules have one matter each. Nothing is changed, sent or posted, and no finding holds a
secret or personal data.
"""
