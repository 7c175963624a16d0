"""The study: labels of recordings in a database that never loses an edit."""
