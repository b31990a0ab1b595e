"""Raw extracts as records: each with its number, the line it began on, and what is wrong with it.

Pure Python and Arrow, so that the same code runs on the driver when a file lands and on an executor when it is loaded.
`_record` counts all data records from 1, bad ones too; `_line` counts lines from 1 and for Parquet equals it. All
values are text. Where `_problem` is set every value is null and `_raw` holds the record.

`dialect` says how a file is written, `reading` inspects a file and gives its records, `refusal` is what both raise. Below
them stand one reader a format (`csv`, `json_lines`, `parquet`) and what these share: `decoding`, `columns`, `batches`.
"""
