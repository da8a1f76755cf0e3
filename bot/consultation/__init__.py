"""What a resident's trouble needs before any law: danger signs first, and numbers kept private.

Its main objects are `Safety` (the danger signs and fixed cards of knowledge/safety.md) and
`Danger`. It knows nothing of entries, WeChat, the database or the time.
"""
