"""The journey in and out: sign-in by the identity provider, by an access key or made up, and sign-out."""
