"""``matac-ml key``: make an API key for the service; only its hash is kept."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from matac_ml.apikeys import ApiKey, hash_key, make_key, read_keys
from matac_ml.cli.options import ISO, new_app
from matac_ml.errors import UsageError
from matac_ml.outfile import write_text
from matac_ml.roles import ServiceRole
from matac_ml.yamltext import yaml_text

app = new_app("Make and hash an API key for the service.")


@app.command()
def make(
    name: Annotated[str, typer.Option(help="Who or what will hold the key; the ledger names it.")],
    role: Annotated[ServiceRole, typer.Option(help="What the holder may do.")],
    file: Annotated[Path, typer.Option(help="The key file; the line is added at its end.")],
    expires_on: Annotated[datetime | None, typer.Option(formats=ISO, help="The last day it works.")] = None,
    agency: Annotated[str, typer.Option(help="Whom the holder works for; a partner's key needs it.")] = "",
    area: Annotated[str, typer.Option(help="The area the holder works in; the whole force when not given.")] = "",
) -> None:
    """Make a key, add its hash to FILE and print the key once."""
    known = read_keys(file) if file.exists() else ()
    if name in {key.name for key in known}:
        raise UsageError(f"A key named {name} is in {file} already: take its line out first, or choose another name.")
    if role is ServiceRole.PARTNER and not agency:
        raise UsageError(
            "A partner's key needs --agency: otherwise nobody could say whose referrals and actions it sees."
        )
    key = make_key()
    last_day: date | None = expires_on.date() if expires_on else None
    try:
        line = ApiKey(name=name, role=role, sha256=hash_key(key), expires_on=last_day, agency=agency, area=area)
    except ValidationError as error:
        raise UsageError(
            "--name must be 1 to 80 letters, digits and . _ @ - and begin with a letter or digit; --agency and --area "
            "have letters that can be seen, at most 80."
        ) from error
    entry = {field: value for field, value in line.model_dump(mode="json").items() if value not in (None, "")}
    before = file.read_text(encoding="utf-8").rstrip("\n") + "\n" if known else ""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(file, before + yaml_text([entry]))
    typer.echo(key)
    typer.echo(f"Shown once. Its hash is in {file}; give the key to its holder by a way nobody else reads.", err=True)


@app.command(name="hash")
def hash_() -> None:
    """Read a key from standard input and print its hash, for a key file kept by hand."""
    typer.echo(hash_key(typer.get_text_stream("stdin").read().strip()))
