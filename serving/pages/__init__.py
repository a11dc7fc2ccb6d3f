"""The pages: a list and one person, as plain HTML forms. They work by keyboard and without script.

They say what the API says. A look at a page is a look like any other: the same request models, the same answers, the
same ledger entries. People's identifiers travel in bodies only, so that no address, history or log holds them.
"""

from serving.endpoints.endpoint import AnyEndpoint
from serving.pages import style
from serving.pages.lists import home, listing
from serving.pages.people import again, person

PAGES: tuple[AnyEndpoint, ...] = (home.ENDPOINT, listing.ENDPOINT, person.ENDPOINT, again.ENDPOINT, style.ENDPOINT)
