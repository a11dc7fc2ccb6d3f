"""The service: explained scores over HTTP and a plain page."""
