"""People who stand in the records twice: pairs are proposed, a person decides, and what was accepted is a dated merge.

Names, dates of birth and addresses are read here alone. They lie in the folder of a proposal, which only its owner can
enter, and reach no extract, bundle, log, ledger or error.
"""
