"""The roles of people and programs that use the service, and what each may do: one entry a role."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class Permission(StrEnum):
    """What an address of the service, or a step of the cycle, asks of its caller."""

    SCORE = "score"
    EXPLAIN_AGAIN = "explain_again"
    OPEN_CASES = "open_cases"
    READ_CASES = "read_cases"
    TAKE_STEPS = "take_steps"
    REFER = "refer"
    JUDGE = "judge"
    RELEASE_HOLDS = "release_holds"
    CHAIR = "chair"
    SUPPORT_VICTIMS = "support_victims"
    OWN_ACTIONS = "own_actions"
    ANSWER_CHALLENGES = "answer_challenges"
    RUN_PROGRAMME = "run_programme"
    READ_PAPERS = "read_papers"
    READ_BOARD = "read_board"
    REQUEST_APPROVAL = "request_approval"
    DECIDE_APPROVAL = "decide_approval"
    READ_METRICS = "read_metrics"
    READ_LEDGER = "read_ledger"
    ADMINISTER = "administer"
    ANYBODY = "anybody"


class ServiceRole(StrEnum):
    """A role, with what it is for in a few words and its permissions: an entry without them cannot be imported.

    The board, data scientists and administrators see no person: nothing they do for MATAC needs it. Specialists judge
    before they see a score, so the pages of scores are not theirs; a partner sees no records of the police.
    """

    duty: str
    permissions: frozenset[Permission]

    def __new__(cls, name: str, duty: str, permissions: set[Permission]) -> Self:
        """A role whose value is its name alone, as key files and tokens write it."""
        role = str.__new__(cls, name)
        role._value_ = name
        role.duty = duty
        role.permissions = frozenset(permissions)
        return role

    @property
    def words(self) -> str:
        """The role as it is written for people, such as ``safeguarding lead``."""
        return self.value.replace("_", " ")

    ANALYST = (
        "analyst",
        "prepares lists, looks at people's records and scores, and refers people",
        {
            Permission.SCORE,
            Permission.EXPLAIN_AGAIN,
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.TAKE_STEPS,
            Permission.REFER,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
        },
    )
    SPECIALIST = (
        "specialist",
        "judges referred people, before seeing any score",
        {
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.TAKE_STEPS,
            Permission.JUDGE,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
        },
    )
    CHAIR = (
        "chair",
        "runs the meeting: judgements, the cohort and the plans",
        {
            Permission.SCORE,
            Permission.EXPLAIN_AGAIN,
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.TAKE_STEPS,
            Permission.REFER,
            Permission.JUDGE,
            Permission.CHAIR,
            Permission.SUPPORT_VICTIMS,
            Permission.ANSWER_CHALLENGES,
            Permission.RUN_PROGRAMME,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
        },
    )
    SAFEGUARDING_LEAD = (
        "safeguarding_lead",
        "reviews people who are also recorded as victims, releases safeguarding holds, sees to support of victims",
        {
            Permission.SCORE,
            Permission.EXPLAIN_AGAIN,
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.TAKE_STEPS,
            Permission.RELEASE_HOLDS,
            Permission.SUPPORT_VICTIMS,
            Permission.ANSWER_CHALLENGES,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
        },
    )
    PROGRAMME_STAFF = (
        "programme_staff",
        "records plans, weeks, completions and exits of the programme",
        {
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.TAKE_STEPS,
            Permission.RUN_PROGRAMME,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
        },
    )
    PARTNER = (
        "partner",
        "works for another agency: refers people, sees what that agency owns and reports on it; no police records",
        {Permission.OPEN_CASES, Permission.REFER, Permission.OWN_ACTIONS, Permission.READ_PAPERS},
    )
    BOARD = (
        "board",
        "reads the papers, and approves releases that others ask for",
        {Permission.READ_PAPERS, Permission.READ_BOARD, Permission.DECIDE_APPROVAL},
    )
    AUDITOR = (
        "auditor",
        "reads what was shown to others, and the papers",
        {
            Permission.EXPLAIN_AGAIN,
            Permission.OPEN_CASES,
            Permission.READ_CASES,
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
            Permission.READ_METRICS,
            Permission.READ_LEDGER,
        },
    )
    DATA_SCIENTIST = (
        "data_scientist",
        "reads the papers and the metrics, and asks for the approval of releases",
        {Permission.READ_PAPERS, Permission.READ_BOARD, Permission.REQUEST_APPROVAL, Permission.READ_METRICS},
    )
    ADMINISTRATOR = (
        "administrator",
        "looks after the service",
        {
            Permission.READ_PAPERS,
            Permission.READ_BOARD,
            Permission.READ_METRICS,
            Permission.READ_LEDGER,
            Permission.ADMINISTER,
        },
    )


def role_named(name: str) -> ServiceRole | None:
    """The role of a name, as key files, tokens and forms write it; None when there is none."""
    return next((role for role in ServiceRole if role.value == name), None)


def who_may(permission: Permission) -> tuple[ServiceRole, ...]:
    """The roles that have a permission; every role for what anybody may do."""
    return tuple(role for role in ServiceRole if permission is Permission.ANYBODY or permission in role.permissions)


def titles(roles: Iterable[ServiceRole]) -> str:
    """Roles as they read in a sentence.

    Examples
    --------
    >>> titles([ServiceRole.ANALYST, ServiceRole.CHAIR, ServiceRole.SAFEGUARDING_LEAD])
    'analyst, chair or safeguarding lead'
    """
    *first, last = [role.words for role in roles]
    return f"{', '.join(first)} or {last}" if first else last
