"""The auditor's own exam: loops that are really run, labelled by held-out truth, and what the auditor says of them."""
