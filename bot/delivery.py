"""Plan, claim, send, record: a digest arrives once, on time, or says why not."""
