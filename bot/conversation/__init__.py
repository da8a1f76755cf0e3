"""What is said next: one pure decision a message, `decide(turn) -> Outcome`.

Its main objects are `Turn`, `Dialogue` and `Outcome`; every flow is one file of one shape. It
knows nothing of SQL, Flask, WeChat or the time: effects are values that `assistant` writes down.
"""
