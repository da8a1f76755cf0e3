"""Files of the office world, read into plain values; knows nothing of what they mean."""
