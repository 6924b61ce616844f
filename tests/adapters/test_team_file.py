"""team.yml: mistakes are told with their line, and what the library does not know is named."""

from pathlib import Path

import pytest

from keepwell.actions import TeamSettings
from keepwell.adapters.team_file import load_team
from keepwell.vocabulary import ConfigInvalid

ROLES, ACTIONS = ("csm", "senior_expert"), ("low_large_alert",)
PLAYS = ("webinar_community",)


def loaded(folder: Path, text: str) -> TeamSettings:
    path = folder / "team.yml"
    path.write_text(text, encoding="utf-8")
    return load_team(path, ROLES, ACTIONS, PLAYS)


def test_without_the_file_csms_own_what_the_source_says(tmp_path: Path) -> None:
    assert load_team(tmp_path / "team.yml", ROLES, ACTIONS) == TeamSettings()


def test_people_take_what_they_leave_out_from_the_defaults(tmp_path: Path) -> None:
    team = loaded(
        tmp_path,
        "people:\n  - {person: 0051, seniority: 3}\n  - {person: wu, hours: 50}\n"
        "defaults: {seniority: 2, hours: 90}\n",
    )
    assert [m.person for m in team.people] == ["0051", "wu"]
    assert (team.seniority_of("0051"), team.hours_of("0051")) == (3, 90)
    assert (team.seniority_of("wu"), team.hours_of("wu")) == (2, 50)
    assert (team.seniority_of("stranger"), team.hours_of("stranger")) == (2, 90)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people:\n  - {person: a}\n  - {person: a}\n", "person a is listed twice"),
        ("holdouts:\n  - {play: webinar, share: 0.1}\n", "team.yml:2:.*no play `webinar` outside"),
        ("holdouts:\n  - {play: webinar_community, share: 0.6}\n", "team.yml:2:.*0.5"),
        ("people:\n  - person: a\n    senority: 3\n", "team.yml:3:.*Did you mean `seniority`"),
        (
            "people:\n  - person: a\n    roles: [senior_experts]\n",
            "team.yml:3:.*no role `senior_experts`.*Did you mean `senior_expert`",
        ),
        (
            "cells:\n  - action: low_large_alarm\n",
            "team.yml:2:.*no action `low_large_alarm`.*Did you mean `low_large_alert`",
        ),
        ("baseline: {per_person: -1}\n", "team.yml:1:.*baseline.per_person"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigInvalid, match=said):
        loaded(tmp_path, text)
