"""A notice from calendar to phone: plan, claim, send, record. APScheduler only rings the bell.

process.py    rings every few seconds while this process holds the lease
  | jobs.py       what is due at `now`: plain functions, so that tests pass the time
  | dispatch.py   one notice: claim + attempt written, then the call, then its end written
"""
