"""Names that more than one layer must spell alike."""

LAYERS = ("bronze", "silver", "gold")
# Layers whose tables a suite judges before a release; bronze is what was delivered, judged row by row as it is read.
JUDGED_LAYERS = ("silver", "gold")
SEVERITIES = ("quarantine", "exclude", "reject", "warn")
DELIVERIES = ("full", "increment", "log")
WRITE_MODES = ("append", "merge", "replace_keys", "ledger")

ROW = "_source_row_id"
"""Id of the row of the source behind a row: where a driving row has one, quarantine and differences name it by this."""

# Every bronze row says where it came from; (name, Spark type, description).
BRONZE_COLUMNS = (
    ("_source_row_id", "string", "Hash of the extract file and record number; the same on every replay"),
    ("_source_file", "string", "Hash of the extract file; audit.landing names it"),
    ("_source_line", "bigint", "Line of the extract on which the record begins"),
    ("_landed_at", "timestamp", "When the extract arrived, UTC"),
    ("_organisation_id", "string", "Organisation whose record this is"),
    ("_corrects", "string", "Row id that this row replaces, where it is a fix"),
)

# Every row of a source's log also says what happened there; (name, Spark type, description).
LOG_COLUMNS = (
    ("_operation", "string", "What happened to the row: upsert or delete"),
    ("_position", "string", "Place in the source's log; greater for later events"),
    ("_transaction", "string", "Transaction of the source, where its events name one"),
    ("_happened_at", "timestamp", "When the source says that it happened, UTC"),
    ("_producer", "string", "Who numbered the event, where events are numbered by producer"),
    ("_sequence", "bigint", "Number of the event among those of its producer, without gaps at the source"),
)

# Every posting of a ledger has an identity of its own.
LEDGER_COLUMNS = (
    ("posting_id", "string", "Identity of this posting"),
    ("reverses", "string", "Posting that this one takes back"),
    ("weight", "int", "+1 for a posting, -1 for a reversal; sums to the number of rows in force"),
)


def layer_of(table: str) -> str:
    """`silver.unit` → `silver`."""
    return table.split(".", 1)[0]


def short_name(table: str) -> str:
    """`silver.unit` → `unit`: how a function names its parameter."""
    return table.split(".", 1)[1]


def job_name(table: str, feed: str | None) -> str:
    """`silver.unit` fed by `sap` → `silver.unit/sap`: the unit of building, locking and fencing."""
    return f"{table}/{feed}" if feed else table


WHOLE_SCOPES = ("all", "since")
"""Scopes of a build after which the whole table stands as its inputs say; of other scopes it is one month."""
