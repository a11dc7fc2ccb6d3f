"""Every address of the service but its pages: one file each, listed here.

To add an address, write a file that declares an :class:`~serving.endpoints.endpoint.Endpoint` and list it. The gate,
OpenAPI, BentoML's methods, the metrics and the table in ``docs/service.md`` (``make docs``) follow.
"""

from serving.endpoints import (
    cohort,
    cycle,
    draw_list,
    explanation,
    forward,
    incidents,
    lists,
    many_victims,
    matrix_only,
    meeting,
    metrics,
    model,
    openapi,
    paper,
    papers,
    probes,
    rank,
    rebuild_list,
    score,
    show_list,
    subject_access,
)
from serving.endpoints.endpoint import AnyEndpoint

ENDPOINTS: tuple[AnyEndpoint, ...] = (
    score.ENDPOINT,
    rank.ENDPOINT,
    forward.ENDPOINT,
    incidents.ENDPOINT,
    explanation.ENDPOINT,
    subject_access.ENDPOINT,
    cycle.ENDPOINT,
    cohort.ENDPOINT,
    meeting.ENDPOINT,
    lists.ENDPOINT,
    draw_list.ENDPOINT,
    show_list.ENDPOINT,
    rebuild_list.ENDPOINT,
    many_victims.ENDPOINT,
    model.ENDPOINT,
    papers.ENDPOINT,
    paper.ENDPOINT,
    matrix_only.ENDPOINT,
    openapi.ENDPOINT,
    openapi.FOR_CLIENTS,
    openapi.OF_BENTOML,
    probes.LIVE,
    probes.HEALTH,
    probes.READY,
    metrics.ENDPOINT,
)
