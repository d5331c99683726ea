"""The Conferences resource: list, fetch, end, announce."""

from __future__ import annotations

from dialgate.simulator.call_life import line_of
from dialgate.simulator.conference_life import end, music_of, tell
from dialgate.simulator.documents import Source
from dialgate.simulator.lists import matches_text, matches_time, page
from dialgate.simulator.room_shapes import conference_json
from dialgate.simulator.rooms import Conference
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import Answer, Asked, CarrierError


def list_conferences(sim: Simulator, asked: Asked) -> Answer:
    rows = [
        conference
        for conference in reversed(sim.conferences.values())
        if matches_text(asked.query, FriendlyName=conference.friendly_name, Status=conference.status)
        and matches_time(asked.query, "DateCreated", conference.created_at)
        and matches_time(asked.query, "DateUpdated", conference.updated_at)
    ]
    return Answer(200, page(asked, "conferences", rows, lambda row: conference_json(sim, row)))


def fetch_conference(sim: Simulator, asked: Asked) -> Answer:
    return Answer(200, conference_json(sim, find_conference(sim, asked)))


def update_conference(sim: Simulator, asked: Asked) -> Answer:
    """`Status=completed` ends it; an `AnnounceUrl` is played to each of its participants."""
    conference, status = find_conference(sim, asked), asked.form.get("Status")
    if status not in {"", "completed"}:
        raise CarrierError(400, 20001, "Status can only be set to completed")
    if conference.status == "completed":
        raise CarrierError(400, 20001, "The conference has ended")
    if asked.form.get("AnnounceUrl"):
        _announce(sim, conference, asked)
    if status:
        for participant in conference.present():
            participant.reason = "conference_ended_via_api"
        end(sim, conference, "conference-ended-via-api")
    return Answer(200, conference_json(sim, conference), conference.sid)


def find_conference(sim: Simulator, asked: Asked) -> Conference:
    """Errors: CarrierError."""
    conference = sim.conferences.get(asked.sid)
    if conference is None:
        raise asked.not_found()
    return conference


def _announce(sim: Simulator, conference: Conference, asked: Asked) -> None:
    source = Source(url=asked.form.get("AnnounceUrl"), method=asked.form.get("AnnounceMethod", "POST"))
    present = conference.present()
    if not present:
        return
    # Fetched once for all, in the name of the first.
    line = line_of(sim, present[0].call)

    async def play() -> None:
        await line.listen(source, (("ConferenceSid", conference.sid),))
        tell(sim, conference, "announcement-end", extra=(("AnnounceUrl", source.url),))

    sim.start_life(music_of(line.call), play())
