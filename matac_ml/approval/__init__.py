"""Approval of a release: one person asks, another decides, under conditions and until a day; what holds at a moment.

``choices`` are the design choices that a request gives an owner and a reason to, ``acting`` writes requests, decisions
and withdrawals into the ledger, and ``standing`` says what its entries mean on a day.
"""
