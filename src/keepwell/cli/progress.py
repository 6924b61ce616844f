"""Progress on stderr: a bar with the time left on a terminal, nothing in a pipe."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from keepwell.vocabulary import Bilingual, Lang

STEPS = {
    "build": Bilingual("生成示例公司", "Building the example company"),
    "recognise": Bilingual("识别数据表", "Recognising tables"),
    "check": Bilingual("检查数据", "Checking the data"),
    "measures": Bilingual("计算指标", "Computing measures"),
    "scores": Bilingual("计算健康分", "Scoring"),
    "outlook": Bilingual("风险矩阵、画像与预测", "Matrix, profile, forecast"),
    "publish": Bilingual("保存快照", "Publishing the snapshot"),
    "backtest": Bilingual("回放过去的日期", "Replaying past days"),
    "cross_validate": Bilingual("交叉验证", "Cross-validating"),
    "report": Bilingual("撰写报告", "Writing the report"),
}


class BarProgress:
    """Fulfils ports.Progress with a bar on stderr that vanishes when the work is done."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, key: str, lang: Lang, total: int | None = None) -> None:
        """Begin a named step."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(STEPS[key].text(lang), total=total)

    def expect(self, parts: int) -> None:
        """Give the present step its total, so that the bar can tell the time left."""
        if self._task is not None:
            self._bar.update(self._task, total=parts)

    def advance(self, parts: int = 1) -> None:
        """Count parts of the present step as done."""
        if self._task is not None:
            self._bar.advance(self._task, parts)
