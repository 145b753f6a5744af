"""The web layer: the page, the JSON API and the stream. It is thin and calls the rest."""
