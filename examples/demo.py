"""The whole line on a made-up force: ``python -m examples.demo OUT``, or ``make demo``.

Makes up a force, checks it, trains, compares and audits, writes the papers, starts the service on a free port of this
machine, asks it over HTTP for one explained score, prints the answer as a person would want to read it, and stops the
service. Every step is the command that a user would give.
"""

import argparse
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from examples.reading import as_text
from examples.running import running_service
from matac_ml.client import MatacClient

INCIDENTS, YEARS, SEED = 30_000, 5, 2026

WHY = {"purpose": "demonstration", "justification": "Shows what an analyst gets, on a person who was made up."}


def step(title: str, *command: str) -> None:
    """Run one command with its own progress on the terminal, and say how long it took."""
    print(f"\n==> {title}\n    $ {shlex.join(('python', *command))}", flush=True)
    started = time.monotonic()
    subprocess.run([sys.executable, *command], check=True)
    print(f"    ({time.monotonic() - started:.0f} s)", flush=True)


def build(out: Path) -> None:
    """Make the force and the run in ``out``, from nothing."""
    extract = str(out / "extract")
    size = ("--incidents", str(INCIDENTS), "--years", str(YEARS), "--seed", str(SEED))
    step("Make up a police force", "-m", "matac_ml", "synth", extract, *size)
    step("Check its records", "-m", "matac_ml", "check", extract)
    step(
        "Train, compare, audit and write the papers", "-m", "matac_ml", "train", "--extract", extract, "--out", str(out)
    )


def nominate(url: str) -> str:
    """Take the first person of the list and ask for that person's explained score, as an analyst's system would."""
    with MatacClient(url, user="demonstration", timeout=60) as client:
        person = client.rank(k=10, **WHY).people[0].person_id
        answer = client.score([person], **WHY)
    print(f"\nLedger entries {list(answer.ledger.entries)}, head {answer.ledger.head}")
    score = answer.scores[0].score
    return as_text(score) if score else f"{person} is not scored."


def main() -> None:
    """Run the line and say where to look next."""
    parser = argparse.ArgumentParser(description="The whole line on a made-up force.")
    parser.add_argument("out", type=Path, help="folder to write to; an earlier run there is replaced")
    out: Path = parser.parse_args().out
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    build(out)
    print("\n==> Start the service, and ask it for one nomination", flush=True)
    ledger = f"sqlite:///{out / 'ledger.db'}"
    log = out / "service.log"
    with running_service(extract=out / "extract", bundle=out / "bundle", ledger=ledger, log=log) as url:
        score = nominate(url)
    print(f"\n{'=' * 110}\n{score}\n{'=' * 110}")
    print("\nThe service is stopped. Next:")
    forms = "HTML, Markdown and PDF" if any((out / "papers").glob("*.pdf")) else "HTML and Markdown"
    print(f"  the papers        {out / 'papers' / 'index.html'} (each as {forms})")
    print(f"  the model card    {out / 'papers' / 'model-card.html'}")
    print("  the page          make serve, then http://127.0.0.1:3000/")


if __name__ == "__main__":
    main()
