"""X API v2 through tweepy: X's words stop here.

Asking: `gateway` (the door), `client` (who asks), `dialect` (in which words), `transport` (one question, repeated where
that helps), `pacing` (how long to wait), `price`, `ledger`, `budget` and `paid` (what it costs and may cost).
Reading: `pages` and `page_files` (each response on disk, the cursor), `trail` and `lists` (page after page),
`lookups` (many by name).
Subjects: `counts`, `followers` (with `known`), `posts`, `engagers`; how far each got is a row of `readings`.
Understanding: `problems` (what an answer means), `blocks` (pages side by side), `words` (JSON as columns), `parse`,
`parse_followers`, `parse_engagements`, `arrivals`.
A day: `observation` (what is asked, in which order), `staging` (the day's pages as rows of all staged tables).
"""
