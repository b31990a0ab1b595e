"""What is known of a file before it is loaded."""

import hashlib
from pathlib import Path

from extract_files import THREE, read, reading, written

from emberlake.runtime.extracts.reading import Inspection, inspect


def test_a_header_alone_is_a_file_of_no_records(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "b,c,a")
    assert read(path, THREE) == []
    found = inspect(path, THREE)
    assert (found.record_count, found.line_count, found.is_terminated) == (0, 1, False)


def test_inspection_counts_and_hashes_the_bytes_of_the_file(tmp_path: Path) -> None:
    content = b'a,b,c\n1,"2\r\n2",3\n1,2,3\n\n'
    path = written(tmp_path / "x.csv", content)
    digest = hashlib.sha256(content).hexdigest()
    for block in (2, 4 << 20):
        with reading(block):
            assert inspect(path, THREE) == Inspection(digest, len(content), 5, 2, is_multiline=True, is_terminated=True)
