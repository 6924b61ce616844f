"""The versions of a definition: what each changed, and putting an earlier one in use again."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from keepwell.ports.studio import Subject, text_hash
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.security import Visit
from keepwell.web.showing import page
from keepwell.web.studio_forms import status_of_page, studio_form
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import StudioDesk, difference
from keepwell.wiring.studio_plays import PlayStudio
from keepwell.wiring.studio_rules import RuleStudio
from keepwell.wiring.studio_segments import SegmentStudio

Bench = CardStudio | RuleStudio | PlayStudio | SegmentStudio


async def rolled_back(
    request: Request, visit: Visit, bench: Bench, name: str, edition_id: int, back: str
) -> Response:
    """Put an earlier version of any definition in use, or say on its page why not."""
    wish = (await studio_form(request)).publication("", visit.person.login)

    def roll_back() -> Response:
        subject = bench.subject(name)
        try:
            bench.take_back(name, edition_id, wish)
        except NotFound:
            raise
        except InputProblem as problem:
            return versions_page(request, visit, subject, "", problem, back=back)
        return RedirectResponse(f"{back}/versions?done=rolled_back", 303)

    return await run_in_threadpool(roll_back)


def versions_page(
    request: Request,
    visit: Visit,
    subject: Subject,
    done: str,
    problem: InputProblem | None = None,
    *,
    back: str,
) -> Response:
    """Return the versions of any definition."""
    desk = StudioDesk(visit.desk)
    text, editions = desk.text(subject), desk.store.editions(subject)
    older = [*(e.text for e in editions), ""][1:]
    tab = {"scorecard": "cards", "segments": "cards"}.get(subject.kind, subject.kind)
    values = {
        "subject": subject,
        "area": tab,
        "back": back,
        "place": desk.files.place(subject),
        "editions": editions,
        "now_id": next((e.id for e in editions if e.text == text), None),
        "text": text,
        "base": text_hash(text),
        "diffs": {e.id: difference(o, e.text) for e, o in zip(editions, older, strict=False)},
        "backs": {e.id: difference(text, e.text) for e in editions},
        "done": done if done == "rolled_back" else "",
        "problem": problem,
    }
    return page(request, "studio_versions.html", visit, values, status=status_of_page(problem))
