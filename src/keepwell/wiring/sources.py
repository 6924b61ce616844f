"""The reader of the source that keepwell.yml names."""

from keepwell.adapters.sources import SparkCatalogSource, open_source
from keepwell.config import Config
from keepwell.ports import SourceReader
from keepwell.runs.layout import ProjectLayout
from keepwell.wiring.engines import spark_driver


def project_source(config: Config, layout: ProjectLayout) -> SourceReader:
    """Return the reader of the project's source.

    Errors: NotFound for a place that is not there, InputProblem for a driver that is missing.
    """
    if config.source.kind == "spark":
        return SparkCatalogSource(spark_driver(config, layout), config.source.path)
    return open_source(config.source, layout.root)
