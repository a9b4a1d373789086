"""Requests and deliveries as staff read them: tables, whole records, and files to take away."""
