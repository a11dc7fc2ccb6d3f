"""The definitions: what the system may know about a person, one file per family."""
