"""Casework on pages: everybody's case, referrals, judgements and meetings."""
