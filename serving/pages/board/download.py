"""``GET /board/download``: the board's page, the inventory, the register, the newest look and papers in one file."""

import asyncio
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.incident_register import KINDS_OF_REGISTER, incidents_in, register_csv
from matac_ml.inventory import as_csv
from matac_ml.watch import LOOKED, latest_look
from serving.endpoints.board import board_now
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.inventory import versions_known

#: Of every file in it: the same content gives the same bytes.
_WRITTEN = (1980, 1, 1, 0, 0, 0)


def _packed(runtime: Runtime) -> bytes:
    deployment = runtime.deployment
    seen = latest_look(runtime.ledger.read(kind=LOOKED))
    files = {
        "board.json": board_now(runtime).model_dump_json(indent=1).encode(),
        "inventory.csv": as_csv(versions_known(runtime)).encode(),
        "incidents.csv": register_csv(incidents_in(runtime.ledger.read(kind=KINDS_OF_REGISTER))).encode(),
        **({"watch.json": seen.model_dump_json(indent=1).encode()} if seen else {}),
        **{f"papers/{name}": content for name, content in deployment.papers.files.items()},
    }
    held = BytesIO()
    with ZipFile(held, "w") as packed:
        for name, content in files.items():
            packed.writestr(ZipInfo(name, _WRITTEN), content, ZIP_DEFLATED)
    return held.getvalue()


async def download(runtime: Runtime, _: Request) -> Response:
    """The file."""
    content = await asyncio.to_thread(_packed, runtime)
    headers = {"Content-Disposition": 'attachment; filename="in-force.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


ENDPOINT = Endpoint(
    address="GET /board/download",
    permission=Permission.READ_BOARD,
    summary="What is in force, the inventory, the register and the papers in one file.",
    media=("application/zip",),
    page=True,
    described=False,
    handler=download,
)
