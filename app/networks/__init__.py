"""Complete networks around the heart: codecs, embeddings, heads, and runs over one sequence."""
