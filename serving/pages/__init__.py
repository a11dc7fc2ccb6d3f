"""The pages: sign-in, lists, people and papers, as plain HTML forms. They work by keyboard and without script.

They say what the API says. A view of a page is a view like any other: the same request models, the same answers, the
same ledger entries. A form is answered by the address of a page that was recorded once, so Back and Reload show it
again and record nothing. People's identifiers travel in bodies only, so that no address, history or log holds them.
"""

from serving.endpoints.endpoint import AnyEndpoint
from serving.pages import style, versions
from serving.pages.actions import actions
from serving.pages.board import board, deciding, download, inventory, model_incidents, watch
from serving.pages.casework import agreement, case, cases, judging, meeting, meetings, minutes, noted, programme, refer
from serving.pages.challenges import answering, challenges
from serving.pages.drawn import drawing, drawn_list, many
from serving.pages.lists import home, listing
from serving.pages.objectives import objectives
from serving.pages.packs import packs, partner, printed
from serving.pages.papers import paper, papers
from serving.pages.people import again, people, person
from serving.pages.purpose import purpose
from serving.pages.signing_in import by_provider, sign_in, sign_out
from serving.pages.victims import register, victim

PAGES: tuple[AnyEndpoint, ...] = (
    sign_in.ENDPOINT,
    sign_in.FORM,
    by_provider.BEGIN,
    by_provider.BACK,
    sign_out.ENDPOINT,
    sign_out.DONE,
    home.ENDPOINT,
    purpose.ENDPOINT,
    purpose.FORM,
    listing.ENDPOINT,
    listing.VIEW,
    drawing.ENDPOINT,
    drawing.FORM,
    drawing.COMMIT,
    drawn_list.ENDPOINT,
    drawn_list.REBUILD,
    drawn_list.VIEW,
    many.ENDPOINT,
    many.VIEW,
    register.ENDPOINT,
    register.VIEW,
    victim.OPEN,
    victim.VIEW,
    victim.STEP,
    actions.ENDPOINT,
    actions.REPORT,
    challenges.ENDPOINT,
    challenges.RAISE,
    answering.ENDPOINT,
    people.ENDPOINT,
    person.ENDPOINT,
    person.VIEW,
    again.ENDPOINT,
    cases.ENDPOINT,
    case.ENDPOINT,
    case.VIEW,
    case.STEP,
    case.REPORT,
    noted.FORM,
    refer.ENDPOINT,
    refer.FORM,
    judging.ENDPOINT,
    judging.FORM,
    agreement.ENDPOINT,
    meetings.ENDPOINT,
    meetings.FORM,
    meeting.ENDPOINT,
    meeting.FORM,
    minutes.ENDPOINT,
    programme.ENDPOINT,
    programme.FORM,
    packs.ENDPOINT,
    partner.ENDPOINT,
    partner.VIEW,
    printed.MEETING,
    printed.PROFILE,
    objectives.ENDPOINT,
    objectives.PAPER,
    board.ENDPOINT,
    board.PAPER,
    deciding.DECIDE,
    deciding.WITHDRAW,
    inventory.ENDPOINT,
    inventory.TABLE,
    model_incidents.ENDPOINT,
    model_incidents.RECORD,
    model_incidents.DONE,
    watch.ENDPOINT,
    download.ENDPOINT,
    papers.ENDPOINT,
    paper.ENDPOINT,
    versions.ENDPOINT,
    style.ENDPOINT,
)
