"""A small typed client of the service, on the standard library alone.

::

    from matac_ml.client import MatacClient

    with MatacClient("https://matac.force.example", key=key, user="an.analyst") as client:
        answer = client.score(["P000123"], purpose="matac_nomination", justification="The November meeting.")
        score = answer.scores[0].score  # None for somebody who is recorded as a suspect in no incident
        for line in score.matrix.lines if score else ():
            print(line.component, line.points)

Answers come as the same checked models that the service sends. Nothing is retried: a look that was answered is in the
ledger, and a second one would be a second look.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from matac_ml.api.answers import (
    ErrorAnswer,
    ExplanationAnswer,
    ForwardAnswer,
    IncidentsAnswer,
    ModelInForce,
    RankAnswer,
    ScoreAnswer,
    SubjectAccessAnswer,
)
from matac_ml.errors import ShownError, UsageError

Answer = TypeVar("Answer", bound=BaseModel)


class RefusedError(ShownError):
    """The service answered with an error.

    Attributes
    ----------
    status : int
        HTTP status.
    code : str
        One of the codes listed in ``docs/service.md``.
    """

    def __init__(self, status: int, code: str, message: str, *, faults: Sequence[str] = ()) -> None:
        self.status = status
        self.code = code
        super().__init__(message, faults=faults)


class MatacClient:
    """Speaks to one service over one kept connection; not for several threads at once.

    Parameters
    ----------
    url : str
        Scheme and host, such as ``http://127.0.0.1:3000``.
    user : str
        The person who looks: named in the ledger with every look.
    key : str, optional
        An API key, or a token of the identity provider.
    timeout : float
        Seconds to wait for an answer.
    """

    def __init__(self, url: str, *, user: str, key: str | None = None, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("The address of the service must be http://host:port or https://host, got another.")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=timeout)
        self._prefix = parts.path.rstrip("/")
        self._user = user
        self._headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def score(
        self,
        nominations: Sequence[str | Mapping[str, Any]],
        *,
        purpose: str,
        justification: str,
        as_of: date | None = None,
    ) -> ScoreAnswer:
        """Explained scores of up to 200 people, in the order asked.

        Parameters
        ----------
        nominations : sequence of str or mapping
            A person id of the loaded extract; or ``{"person_id", "records": {"incidents", "involvements"}, "agency"}``
            for a person whom a partner refers.
        purpose, justification : str
            Why you look; both go into the ledger.
        as_of : date, optional
            The day after the extract ends unless told.
        """
        asked = [{"person_id": person} if isinstance(person, str) else dict(person) for person in nominations]
        body: dict[str, Any] = {"nominations": asked}
        if as_of is not None:
            body["as_of"] = as_of.isoformat()
        return self._look("/v1/score", ScoreAnswer, purpose, justification, body)

    def rank(
        self, *, purpose: str, justification: str, k: int | None = None, area: str | None = None, order: str = "matrix"
    ) -> RankAnswer:
        """The list of an area, or of the whole force, to length ``k``; what the policy says a meeting can take."""
        wanted = {"k": k, "order": order, "area": area}
        body = {name: value for name, value in wanted.items() if value is not None}
        return self._look("/v1/rank", RankAnswer, purpose, justification, body)

    def forward(self, person_id: str, *, purpose: str, justification: str) -> ForwardAnswer:
        """The scores in 28, 90 and 182 days if nothing further were recorded."""
        return self._look("/v1/forward", ForwardAnswer, purpose, justification, {"person_id": person_id})

    def incidents(self, person_id: str, *, purpose: str, justification: str) -> IncidentsAnswer:
        """The incidents behind somebody's score, with the people in them."""
        return self._look("/v1/incidents", IncidentsAnswer, purpose, justification, {"person_id": person_id})

    def explanation(self, nomination_id: str, *, purpose: str, justification: str) -> ExplanationAnswer:
        """An explanation again, exactly as it was given."""
        return self._look(
            "/v1/explanation", ExplanationAnswer, purpose, justification, {"nomination_id": nomination_id}
        )

    def subject_access(self, person_id: str, *, justification: str) -> SubjectAccessAnswer:
        """What we hold and have disclosed about a person, in plain English."""
        return self._look(
            "/v1/subject-access", SubjectAccessAnswer, "subject_access", justification, {"person_id": person_id}
        )

    def model(self) -> ModelInForce:
        """The model and policy in force."""
        return self._send("GET", "/v1/model", ModelInForce, None)

    def _look(
        self, path: str, answer: type[Answer], purpose: str, justification: str, body: Mapping[str, Any]
    ) -> Answer:
        asked = {"user": self._user, "purpose": purpose, "justification": justification, **body}
        return self._send("POST", path, answer, json.dumps(asked, allow_nan=False).encode())

    def _send(self, method: str, path: str, answer: type[Answer], body: bytes | None) -> Answer:
        try:
            self._connection.request(method, self._prefix + path, body=body, headers=self._headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise RefusedError(0, "no_answer", f"The service did not answer ({type(error).__name__}).") from error
        if response.status != 200:
            raise _refusal(response.status, content)
        return answer.model_validate_json(content)


def _refusal(status: int, content: bytes) -> RefusedError:
    try:
        refusal = ErrorAnswer.model_validate_json(content)
    except ValidationError:
        return RefusedError(status, "unknown", f"Something in front of the service answered with status {status}.")
    faults = [f"{fault.field or 'request'}: {fault.message}" for fault in refusal.faults]
    return RefusedError(status, refusal.code, f"{refusal.message} {refusal.what_to_do}", faults=faults)
