"""What of BentoML's own layers stands before the service."""

from serving.service import MatacService
from serving.worker import application_of


def test_the_timer_of_every_request_is_taken_away() -> None:
    """BentoML still has it under this name, and the application that is served is without it, and without it alone."""
    theirs = [layer.cls.__name__ for layer in MatacService.to_asgi(is_main=False).user_middleware]
    ours = [layer.cls.__name__ for layer in application_of(MatacService).user_middleware]
    assert theirs.count("TimeoutMiddleware") == 1
    assert ours == [name for name in theirs if name != "TimeoutMiddleware"]
