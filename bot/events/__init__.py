"""Community events: when they take place, and which notice about them is due.

The main object is `calendar.Calendar`, read from `knowledge/events/*.md`. Dates may follow the
solar or the lunar calendar. The room knows neither residents nor the outbox, and never the present
moment: whoever asks says what time it is.
"""
