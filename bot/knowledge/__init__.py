"""What the office knows: entries, the law texts they rest on, the lexicon, and their reload.

Its main object is `Library`, one immutable snapshot of the knowledge folder. It knows nothing of
residents, WeChat, the database or the time; content that is wrong becomes `Problem` values.
"""
