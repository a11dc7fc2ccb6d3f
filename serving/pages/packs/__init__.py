"""The papers of meetings: printed from a page that is recorded, each with its marking, who had it printed and when."""
