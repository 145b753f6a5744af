"""Complete networks: codecs, embeddings, heads, and runs over a sequence."""
