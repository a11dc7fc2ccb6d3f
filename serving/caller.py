"""Who makes the request being answered, for code behind the gate."""

from contextvars import ContextVar

from serving.principal import THIS_MACHINE, Principal

#: Set by the gate for every request; code that runs outside a request speaks for this machine.
CALLER: ContextVar[Principal] = ContextVar("caller", default=THIS_MACHINE)
