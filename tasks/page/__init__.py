"""What people look at: numbers as people read them, the story of each account, and the page that tells it."""
