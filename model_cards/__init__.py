"""The papers: one typed record of a run in, model card, bias report and public records out."""

from model_cards.write import PAPERS, write_paper, write_papers

__all__ = ["PAPERS", "write_paper", "write_papers"]
