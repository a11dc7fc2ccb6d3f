"""The papers: facts of a run in, model card, bias report and records for a governance board out."""
