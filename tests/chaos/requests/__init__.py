"""Many people make requests: each consented one filed once, and delivered everywhere."""
