"""A card as each destination reads it: Telegram, mail, webhook. All pure.

:mod:`.content` says what a card tells, in its language and cleaned of what deceives the eye;
:mod:`.telegram`, :mod:`.mail` and :mod:`.webhook` write that down, each with its own escaping.
"""
