"""``GET /sign-in`` and ``POST /sign-in``: the page of sign-in, and what it does without an identity provider.

With a provider the page leads to it. With access keys alone somebody shows one, with their own name. With access off,
on this machine alone, anybody chooses a name and a role, and the page says that this is made up.
"""

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.apikeys import hash_key
from matac_ml.roles import ServiceRole
from matac_ml.written import faults_of_name
from serving.access.principal import MADE_UP
from serving.access.sessions import SESSION, Session
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import INVALID, NO_ROUTE, ServiceError
from serving.pages.addresses import is_page_address
from serving.pages.forms import Form, current_session, plain_faults, read_form
from serving.pages.rendering import go_to, show_page, with_session


def show_sign_in(
    runtime: Runtime, request: Request, session: Session, form: Form, error: ServiceError | None = None
) -> Response:
    """Return the sign-in page of a session in which nobody is signed in yet."""
    SESSION.set(session)
    page = show_page(
        runtime,
        "signing_in/sign_in.html",
        error.code.status if error else 200,
        way="made_up" if not runtime.access.is_on else "provider" if runtime.pages.provider else "key",
        needs_public_url=runtime.settings.oidc is not None and runtime.pages.provider is None,
        roles=list(ServiceRole),
        areas=runtime.deployment.ranking.areas(),
        form=form,
        faults=plain_faults(error),
        ended="ended" in request.query_params,
    )
    return with_session(page, runtime, request, session)


async def sign_in_page(runtime: Runtime, request: Request) -> Response:
    """The page of sign-in; whoever is signed in goes to the start."""
    session = SESSION.get()
    if session is not None and session.is_signed_in:
        return go_to("/")
    to = request.query_params.get("to", "/")
    to = to if is_page_address(to) else "/"
    store = runtime.pages.store
    session = store.begin(to) if session is None else store.change(session, to=to)
    return show_sign_in(runtime, request, session, {})


async def sign_in(runtime: Runtime, request: Request) -> Response:
    """Sign somebody in who showed an access key, or, with access off, chose a role."""
    form, before = await read_form(request), current_session()
    if runtime.pages.provider is not None:
        raise ServiceError(NO_ROUTE)
    try:
        who = _chosen(form) if not runtime.access.is_on else _by_key(runtime, form)
    except ServiceError as error:
        return show_sign_in(runtime, request, before, form, error)
    session = runtime.pages.store.sign_in(before, who)
    return with_session(go_to(before.to), runtime, request, session)


def _chosen(form: Form) -> dict[str, str]:
    """Somebody made up, by the form."""
    name, agency, area = (form.get(field, "").strip() for field in ("user", "agency", "area"))
    faults = _named(name)
    if form.get("role") not in list(ServiceRole):
        faults.append(("role", "choose one"))
    if agency and faults_of_name(agency, "an agency"):
        faults.append(("agency", "it cannot be seen"))
    if faults:
        raise ServiceError(INVALID, faults=faults)
    who = {"name": name, "shown_as": name, "role": form["role"], "origin": MADE_UP}
    return {**who, "agency": agency[:80], "area": area[:80]}


def _by_key(runtime: Runtime, form: Form) -> dict[str, str]:
    """The user of an access key, by the form; the key vouches, and its name is shown."""
    name, key = form.get("user", "").strip(), runtime.access.find_key(form.get("key", "").strip())
    faults = _named(name)
    if key is None:
        faults.append(("key", "no key of this service"))
    if faults or key is None:
        raise ServiceError(INVALID, faults=faults)
    digest = hash_key(form["key"].strip())
    who = {"name": name, "shown_as": key.name, "role": key.role.value, "origin": "key", "voucher": digest}
    return {**who, "agency": key.agency, "area": key.area}


def _named(name: str) -> list[tuple[str, str]]:
    return [("user", "a name")] if not name or len(name) > 80 or faults_of_name(name, "a name") else []


ENDPOINT = Endpoint(
    address="GET /sign-in",
    permission=Permission.ANYBODY,
    summary="The page of sign-in.",
    media=("text/html",),
    page=True,
    described=False,
    handler=sign_in_page,
)
FORM = Endpoint(
    address="POST /sign-in",
    permission=Permission.ANYBODY,
    summary="Sign in with an access key; or, with access off, choose a role.",
    media=("text/html",),
    page=True,
    described=False,
    handler=sign_in,
)
