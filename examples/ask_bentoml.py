"""Ask a running service with BentoML's own client: ``python -m examples.ask_bentoml http://127.0.0.1:3000 PERSON``."""

import sys

import bentoml


def main() -> None:
    """Print the points of one person, line by line."""
    url, person = sys.argv[1:]
    with bentoml.SyncHTTPClient(url) as client:
        answer = client.score(
            {
                "user": "an.analyst",
                "purpose": "demonstration",
                "justification": "Shows BentoML's own client.",
                "nominations": [{"person_id": person}],
            }
        )
    given = answer if isinstance(answer, dict) else answer.model_dump(mode="json")
    for line in given["scores"][0]["score"]["matrix"]["lines"]:
        print(f"{line['component']:<10} {line['points']:>3}  {line['value_text']}")


if __name__ == "__main__":
    main()
