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
from keepwell.ports.warning import (
    AlertMeans,
    AlertRecord,
    AuditFault,
    AuditLine,
    GateRecord,
    RunWarning,
    TransitionRecord,
    Verdict,
    WarningStore,
)

__all__ = [
    "ROW_COLUMN",
    "AlertMeans",
    "AlertRecord",
    "AuditFault",
    "AuditLine",
    "Clock",
    "Engine",
    "GateRecord",
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
    "RunWarning",
    "SnapshotStore",
    "SourceReader",
    "SourceTable",
    "StateStore",
    "TableWriter",
    "TransitionRecord",
    "Verdict",
    "WarningStore",
]
