"""schemathesis over the whole description, with people and nomination ids that exist among the made-up ones."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.serving.running import WHY, Service

ROOT = Path(__file__).resolve().parents[2]
HOOKS = '''
import os, re, jsonschema_rs, schemathesis
from hypothesis import strategies as st
from matac_ml.written import faults_of_name, is_reason

# The rules that no pattern of a JSON schema spells: characters that can be seen.
SEEN = st.characters(blacklist_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"])
schemathesis.openapi.format("reason", st.text(SEEN, min_size=10, max_size=200).filter(is_reason))
NAMES = st.text(SEEN, min_size=1, max_size=80)

def is_name(text):
    return not faults_of_name(text, "name") and text == text.strip()

schemathesis.openapi.format("name", NAMES.filter(is_name))

@schemathesis.hook
def filter_case(context, case):
    """Drop a body that only one of the two formats makes right, or wrong, by chance.

    schemathesis does not know these formats: it calls every such text wrong, and repeats one character where a text
    is to be as long as it may.
    """
    wrong = [] if case.meta is None else [where for where, how in case.meta.components.items() if how.mode.is_negative]
    if [where.value for where in wrong] not in ([], ["body"]) or not isinstance(case.body, dict):
        return True
    parts = case.operation.schema.raw_schema
    asked = parts["paths"][case.operation.path][case.operation.method]["requestBody"]["content"]["application/json"]
    rules = jsonschema_rs.Draft202012Validator(
        {**asked["schema"], "components": parts["components"]},
        formats={"reason": is_reason, "name": is_name}, validate_formats=True,
    )
    return rules.is_valid(case.body) != bool(wrong)

PEOPLE = os.environ["FUZZ_PEOPLE"].split(",")
NOMINATIONS = os.environ["FUZZ_NOMINATIONS"].split(",")
USER = os.environ["FUZZ_USER"]

def named(text):
    return isinstance(text, str) and text.isprintable() and 0 < len(text) <= 80

def pick(known, text):
    return known[sum(map(ord, text)) % len(known)]

@schemathesis.hook
def map_body(context, body):
    """Half of what names somebody well names somebody known, so that more than refusals is tried."""
    if not isinstance(body, dict) or len(str(body)) % 2:
        return body
    if named(body.get("person_id")):
        body["person_id"] = pick(PEOPLE, body["person_id"])
    if named(body.get("user")) and re.fullmatch("N-[0-9a-f]{32}", str(body.get("nomination_id"))):
        body["nomination_id"], body["user"] = pick(NOMINATIONS, body["nomination_id"]), USER
    for one in body["nominations"] if isinstance(body.get("nominations"), list) else []:
        if isinstance(one, dict) and one.get("records") is None and named(one.get("person_id")):
            one["person_id"] = pick(PEOPLE, one["person_id"])
    return body
'''


@dataclass(frozen=True)
class Fuzzed:
    """What a run of schemathesis came to."""

    cases: int
    passed: bool
    text: str


def fuzz(service: Service, folder: Path, *, examples: int, seed: int) -> Fuzzed:
    """Try every address with every check on; ``examples`` is the most of one address in the random phase."""
    people = [one["person_id"] for one in service.post("/v1/rank", {**WHY, "k": 50}).json()["people"]]
    given = service.post("/v1/score", {**WHY, "nominations": [{"person_id": one} for one in people[:20]]}).json()
    (folder / "hooks.py").write_text(HOOKS)
    told = {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(folder),
        "FUZZ_PEOPLE": ",".join(people),
        "FUZZ_NOMINATIONS": ",".join(one["nomination_id"] for one in given["scores"]),
        "FUZZ_USER": WHY["user"],
    }
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{service.url}/v1/openapi.json"]
    command += ["--checks", "all", "--phases", "coverage,fuzzing", "--max-examples", str(examples), "--seed", str(seed)]
    command += ["--suppress-health-check", "all", "--workers", "1", "--no-color"]
    ran = subprocess.run(command, cwd=folder, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    counted = re.search(r"([\d,]+) generated", ran.stdout)
    cases = int(counted[1].replace(",", "")) if counted else 0
    return Fuzzed(cases, ran.returncode == 0, ran.stdout + ran.stderr)
