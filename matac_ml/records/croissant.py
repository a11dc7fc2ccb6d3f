"""An extract described for others' tools: Croissant 1.0 (MLCommons), JSON-LD that catalogues of data sets read.

It names tables, columns, types and hashes, and holds no row.
"""

from pathlib import Path
from typing import Any

from matac_ml.manifest import to_json
from matac_ml.records.extract import Extract
from matac_ml.records.sources import Source, find_sources
from matac_ml.vocabulary import Column, ExtractTable, Kind

_CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_MIME = {"csv": "text/csv", "parquet": "application/x-parquet"}
_TYPES = {Kind.DATE: "sc:Date", Kind.BOOLEAN: "sc:Boolean", Kind.INTEGER: "sc:Integer"}
_NOT_PUBLISHED = "Not published. Police records about people, held by the force for the prevention of domestic abuse."
#: What the words of the document mean, as the specification has them; those that we do not use are there too, because a
#: reader compares the whole.
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in ("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty",
                     "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path",
                     "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator", "source",
                     "subField", "transform")
    },
}  # fmt: skip


def croissant_of(extract: Extract) -> bytes:
    """Describe an extract that lies in a folder; the same files give the same bytes.

    Returns
    -------
    bytes
        JSON-LD in UTF-8.
    """
    folder = Path(extract.folder or ".")
    sources = find_sources(folder).sources
    return to_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": _CONFORMS_TO,
            "name": _name(extract),
            "description": extract.description or "Records of domestic abuse in the tables of docs/records.md.",
            "license": _NOT_PUBLISHED,
            "citeAs": _name(extract),
            "creator": {"@type": "sc:Organization", "name": extract.force or "not named"},
            "datePublished": extract.cut_off.isoformat(),
            "version": f"1.0.0+{extract.data_hash[:12]}",
            "isLiveDataset": False,
            "distribution": [_file(source) for source in sources],
            "recordSet": [_records(source, _columns(extract, source)) for source in sources],
        }
    )


def _name(extract: Extract) -> str:
    return " ".join(("Extract of", extract.force or "a force", "to", extract.cut_off.isoformat()))


def _file(source: Source) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": source.file,
        "name": source.file,
        "description": source.table.sentence,
        "contentUrl": source.file,
        "contentSize": f"{source.path.stat().st_size} B",
        "encodingFormat": _MIME[source.format],
        "sha256": source.sha256,
    }


def _columns(extract: Extract, source: Source) -> list[Column]:
    """Columns that the file has; no other is read."""
    names = source.columns
    if source.format == "parquet":
        scan = "SELECT name FROM parquet_schema(?) WHERE num_children IS NULL"
        names = tuple(name.lower() for (name,) in extract.connect().execute(scan, [str(source.path)]).fetchall())
    return [column for column in source.table.columns if column.name in names]


def _records(source: Source, columns: list[Column]) -> dict[str, Any]:
    table = source.table
    found: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.sentence,
        "field": [_field(source, table, column) for column in columns],
    }
    if table.key:
        found["key"] = [{"@id": f"{table.name}/{name}"} for name in table.key]
    return found


def _field(source: Source, table: ExtractTable, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.sentence,
        "dataType": _TYPES.get(column.kind, "sc:Text"),
        "source": {"fileObject": {"@id": source.file}, "extract": {"column": column.name}},
    }
