"""A job has one word in Chinese, which is not that of a play's task."""

from keepwell.cli.schedule_words import WORDS
from keepwell.vocabulary import Bilingual
from keepwell.web.words import WORDS as PAGES


def test_jobs_are_not_called_tasks() -> None:
    words: list[Bilingual] = [WORDS["job"], WORDS["nothing"]]
    words += [PAGES[n] for n in ("data.job", "data.jobs", "data.no_jobs", "project.jobs")]
    words += [both for name, both in PAGES.items() if name.startswith("deed.job_")]
    assert not [w.zh for w in words if "作业" not in w.zh or "任务" in w.zh]
