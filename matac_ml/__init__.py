"""Kernel of matac-ml: the vocabulary, the law and the machinery.

It imports no sibling room (``features``, ``training``, ``serving``, ``model_cards``), no MLflow, no BentoML and no web
framework; import-linter holds that. What it does, in the order a person's records travel:

``records`` -> ``asof`` -> ``rfg`` and ``bundle`` -> ``explain`` -> ``casework``.
"""

__version__ = "0.1.0"
