"""The papers of the release in force, by name and each as it was written."""
