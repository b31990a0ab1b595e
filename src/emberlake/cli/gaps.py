"""The command that tells what is missing: offsets of topics, and numbers of producers."""

from rich.markup import escape
from rich.table import Table

from emberlake.cli.application import LakehouseOption, app, console, opened, plain_errors


@app.command()
def gaps(lakehouse: LakehouseOption = None) -> None:
    """List ranges of messages and events that sources sent and that are not here."""
    with plain_errors():
        from emberlake.runtime.sequences import sequence_gaps

        house = opened(lakehouse)
        table = Table("table", "of", "first missing", "last missing", "what happened", box=None)
        for row in house.books.read("gap"):
            table.add_row(
                row["table_name"], f"{row['topic']}/{row['partition_number']}", str(row["first_missing"]), str(row["last_missing"]), escape(row["message"])
            )
        for gap in sequence_gaps(house):
            told = "its source numbered them, and no row of bronze has these numbers; look in quarantine, then ask the source to send them again"
            table.add_row(gap.table, gap.producer or "", str(gap.first_missing), str(gap.last_missing), told)
        console.print(table if table.row_count else "nothing that sources numbered is missing")
