"""What is known of people, kept in SQL: inbox, residents, what waits for staff, the outbox.

Functions take an open connection and never commit: transactions belong to `assistant`,
`scheduler` and the console. Knows nothing of Flask or WeChat.
"""
