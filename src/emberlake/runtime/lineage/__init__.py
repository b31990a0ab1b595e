"""Lineage: what every build read, wrote and found, told as OpenLineage events.

A build sends START and then COMPLETE or FAIL; so does the `emberlake run` around it. Each event is appended as one
line of JSON to the record, a local file that is part of the audit trail: if it cannot be written the build stops with
`LineageError`. Whatever else the OpenLineage client is configured for (`OPENLINEAGE_CONFIG`, `OPENLINEAGE__…`, or the
`config` argument, which wins) is a mirror of that file. A mirror that is down is logged, costs no retries, is given up
after three failures in a row, and never stops a build. The client's own filters and its off switch,
`OPENLINEAGE_DISABLED`, concern the mirror and not the record.

Three decisions about the standard:

- Rule outcomes go to the run, in the test facet. The assertions facet belongs to a dataset that the run *reads*, and
  naming the table a build writes as one of its inputs would draw a loop in the graph.
- Column lineage says DIRECT without a subtype: a contract knows which columns feed a value, not whether they reach it
  unchanged. Only columns of tables that this build read are named, because a table with several feeds declares more.
- Counts, code fingerprint and release are tags: a facet of our own would need a public, immutable schema address.

`facts` is what a caller tells, `events` what becomes of it (of `facets` of run and job, and of `datasets`), `sending`
brings it to the record and the `mirror`. This is the only package that imports openlineage. It holds no Spark object;
all values are plain.
"""
