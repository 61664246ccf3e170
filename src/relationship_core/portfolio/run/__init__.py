"""A portfolio reviewed with columns, from folder to folder, that can be taken up where it ended."""
