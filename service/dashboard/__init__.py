"""Pages for people: they show what the use-cases return, in Chinese and in English."""
