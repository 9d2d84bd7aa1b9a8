"""A generateContent endpoint on 127.0.0.1 that does what a test tells it to; see `gemini.server`."""
