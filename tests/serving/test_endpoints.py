"""An address is declared whole: who may use it, what it takes and answers, in one place that everything else reads."""

import importlib
import pkgutil
from typing import Any

import pytest

from matac_ml.roles import Permission, ServiceRole
from serving import endpoints, pages
from serving.endpoints.endpoint import Endpoint
from serving.routes import ROUTES, address_of, endpoints_at
from serving.service import MatacService

WHOLE: dict[str, Any] = {
    "address": "GET /v1/somewhere",
    "permission": Permission.READ_PAPERS,
    "summary": "Something.",
    "handler": None,
}


@pytest.mark.parametrize("forgotten", WHOLE)
def test_an_address_that_leaves_something_out_cannot_be_imported(forgotten: str) -> None:
    """Who may use it above all: there is no default, so the file that forgets it fails when it is read."""
    Endpoint(**WHOLE)
    with pytest.raises(TypeError, match=forgotten):
        Endpoint(**{name: value for name, value in WHOLE.items() if name != forgotten})


def test_a_role_without_permissions_cannot_be_imported() -> None:
    """A role is one entry: its name with what it may do."""
    with pytest.raises(TypeError, match="permissions"):

        class _Roles(ServiceRole.__mro__[1]):  # type: ignore[misc, name-defined]
            """Roles as they are declared, with one that says nothing."""

            __new__ = ServiceRole._new_member_
            VISITOR = "visitor"


def test_every_endpoint_that_is_declared_is_in_the_menu() -> None:
    """A file in the folders of endpoints and pages that declares one is listed, and no address is declared twice."""
    declared = {
        value.path: value
        for package in (endpoints, pages)
        for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, Endpoint)
    }
    assert {endpoint.path for endpoint in ROUTES} == set(declared)
    assert len({(endpoint.method, endpoint.path) for endpoint in ROUTES}) == len(ROUTES)


def test_every_address_has_somebody_who_may_use_it() -> None:
    """A permission that no role has would close an address to everybody."""
    held = {Permission.ANYBODY}.union(*(role.permissions for role in ServiceRole))
    assert {endpoint.permission for endpoint in ROUTES} <= held


def test_bentoml_has_a_method_for_every_json_body() -> None:
    """Under the name by which BentoML's clients call it, at the address, with the answer's model."""
    declared = {endpoint.name: endpoint for endpoint in ROUTES if endpoint.request is not None}
    assert set(MatacService.apis) == set(declared)
    for name, method in MatacService.apis.items():
        answer = declared[name].answer
        assert answer is not None
        # BentoML makes a model of its own from ours, and adds a word to its name.
        assert (method.route, method.output_spec.__name__) == (declared[name].path, f"{answer.__name__}IODescriptor")


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/v1/score", "/v1/score"),
        ("/v1/papers", "/v1/papers"),
        ("/v1/papers/model-card.html", "/v1/papers/{name}"),
        ("/v1/papers/a/b", "other"),
        ("/v1/papers/", "other"),
        ("/v1/score\n", "other"),
        ("/jane-doe", "other"),
    ],
)
def test_a_path_is_counted_under_its_address(path: str, address: str) -> None:
    """What is at no address is counted under one name, whatever it says."""
    assert address_of(path) == address
    assert bool(endpoints_at(path)) == (address != "other")
