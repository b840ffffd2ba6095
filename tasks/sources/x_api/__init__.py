"""X API v2 through tweepy: X's words stop here.

Asking: `gateway` (who asks, over which way), `vocabulary` (in which words), `transport` (one request, repeated where
that helps), `lists` (page after page, or by name), `parameters`, `endpoints` and `ledger` (what it costs and may cost).
On disk: `pages` (each response, the cursor), `readings` (how far each subject, gap and scan got).
Subjects: `followers`, `subjects` (counts, posts, engagers), `scan` (whole lists).
Understanding: `problems` (what an answer means), `columns` (JSON as columns), `parse`, `arrivals`, `staging`.
A day: `history` (what earlier days tell), `account_plan` and `reading_plan` (what is read, at what price), `day`.
"""
