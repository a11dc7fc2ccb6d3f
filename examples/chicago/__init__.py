"""What the complaint register needs of its own: features, outcomes, harm, policy and recipe, all by file."""
