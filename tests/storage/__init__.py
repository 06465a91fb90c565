"""What is kept, and how well."""
