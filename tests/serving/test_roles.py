"""Who may do what, and who speaks for whom."""

import pytest

from matac_ml.roles import Permission, ServiceRole
from serving.access.principal import THIS_MACHINE, Principal, check_user
from serving.errors import ServiceError


@pytest.mark.parametrize("role", list(ServiceRole))
def test_a_role_may_do_what_its_entry_says_and_what_anybody_may(role: ServiceRole) -> None:
    """And nothing else."""
    caller = Principal("somebody", role, "key")
    allowed = {permission for permission in Permission if caller.may(permission)}
    assert allowed == {*role.permissions, Permission.ANYBODY}
    assert caller.reads_ledger is (Permission.READ_LEDGER in role.permissions)


def test_with_access_off_this_machine_may_do_everything_and_is_no_auditor() -> None:
    """A role is given by access alone, and with it the ledger of others."""
    assert all(THIS_MACHINE.may(permission) for permission in Permission)
    assert not THIS_MACHINE.reads_ledger


def test_the_holder_of_a_personal_token_speaks_for_nobody_else() -> None:
    """A key is a program's: whom it acts for, it says."""
    person = Principal("a.person", ServiceRole.ANALYST, "oidc:https://id.example")
    check_user(person, "a.person")
    check_user(Principal("a program", ServiceRole.ANALYST, "key"), "a.person")
    with pytest.raises(ServiceError) as refused:
        check_user(person, "another.person")
    assert refused.value.code.status == 403
