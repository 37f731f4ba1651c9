"""Pages drawn on the server, in the reader's language, signed in to by a cookie.

A service brings a package with `templates/`, `static/` and `words.toml`, over what is here.
"""
