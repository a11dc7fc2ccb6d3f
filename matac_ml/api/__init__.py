"""What the service answers, as checked models: shared by the scoring, the service and its client.

``explanation`` is one person's score as a reader gets it, ``answers`` what each address gives. Only pydantic is needed.
"""
