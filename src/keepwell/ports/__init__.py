"""What the runs need from outside, as protocols met by structure; adapters/ fulfils them."""

from keepwell.ports.computing import (
    Clock,
    Engine,
    PictureRenderer,
    Progress,
    ResourceUse,
    TableWriter,
)
from keepwell.ports.intake import (
    ROW_COLUMN,
    ImportStore,
    ImportWork,
    RawTable,
    RejectedRow,
    SourceReader,
    SourceTable,
)
from keepwell.ports.keeping import (
    NewFit,
    Override,
    RunRecord,
    SnapshotStore,
    StateStore,
)

__all__ = [
    "ROW_COLUMN",
    "Clock",
    "Engine",
    "ImportStore",
    "ImportWork",
    "NewFit",
    "Override",
    "PictureRenderer",
    "Progress",
    "RawTable",
    "RejectedRow",
    "ResourceUse",
    "RunRecord",
    "SnapshotStore",
    "SourceReader",
    "SourceTable",
    "StateStore",
    "TableWriter",
]
