"""A micro-batch: what topics hold beyond what was fetched becomes files of the landing folder, all of one call together."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from math import ceil
from typing import Any

from emberlake.runtime.extracts import limits
from emberlake.runtime.lag import Lag
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.broker import Broker
from emberlake.runtime.messages.fetching import fetch
from emberlake.runtime.messages.gaps import Gaps
from emberlake.runtime.messages.lines import Line
from emberlake.runtime.messages.outage import Outage, WentBack
from emberlake.runtime.messages.progress import Progress, progress_of, remove_landed
from emberlake.runtime.messages.sources import Source, groups_of, sources_of
from emberlake.runtime.messages.spans import Span
from emberlake.runtime.messages.staging import Staging
from emberlake.runtime.messages.transactions import Part
from emberlake.runtime.messages.whole import Whole

Topics = Mapping[str, list[int]]


class Delivery:
    """One call: the lakehouse, the broker, and what the books said when it began."""

    def __init__(self, lakehouse: Lakehouse, broker: Broker, progress: Callable[[str], None]) -> None:
        self.lakehouse, self.broker, self.progress = lakehouse, broker, progress
        self.gaps, self.staging = Gaps(lakehouse), Staging(lakehouse.settings.landing)
        self.landed: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in lakehouse.books.read("landing", status="landed", kind="extract"):
            self.landed[row["table_name"]].append(row)
        self.outages: list[Outage] = []
        self.lags: list[Lag] = []

    def bring(self, sources: list[Source]) -> None:
        """Fetch every source; those that cannot be fetched are `outages` afterwards, and what was left of the others `lags`."""
        for source in sources:
            remove_landed(self.lakehouse, source, self.landed[source.table])
        topics = self.broker.topics()
        for group in groups_of(sources):
            parts = [part for source in group for part in self.parts_of(topics, source)]
            try:
                if group[0].transactions is not None:
                    parts = Whole(self.lakehouse, self.broker, self.gaps, self.landed, self.progress, topics, group, group[0].transactions).of(parts)
                self.write(parts)
                self.lags += [lag_of(part) for part in parts]
            except Outage as outage:
                self.outages.append(outage)
        self.staging.commit()

    def parts_of(self, topics: Topics, source: Source) -> Iterator[Part]:
        """What a source has, by partition; nothing where one of its partitions cannot be fetched, which is an outage."""
        parts, outages, left = [], list[Outage](), source.most_messages
        try:
            if source.topic not in topics:
                raise Outage(
                    f"topic {source.topic}: the broker has none of this name; make it, let the source write it, or correct the contract of {source.table}"
                )
            known = progress_of(self.lakehouse, source, self.landed[source.table], self.gaps.rows)
            here = set(topics[source.topic])
            ends = {number: self.broker.ends(source.topic, number) if number in here else (0, 0) for number in here | set(known)}
            # Those with the fewest messages first, so that what they leave of their share goes to the others; each has one at least.
            partitions = sorted(ends, key=lambda number: (ends[number][1] - known.get(number, Progress()).next, number))
            for rest, number in zip(range(len(partitions), 0, -1), partitions, strict=True):
                try:
                    parts.append(fetch(self.broker, self.gaps, source, number, ends[number], known.get(number, Progress()), max(1, ceil(left / rest))))
                    left -= len(parts[-1].lines)
                except WentBack as outage:
                    outages.append(outage)
        except Outage as outage:
            outages.append(outage)
        self.outages += outages
        return iter(() if outages else parts)

    def write(self, parts: list[Part]) -> None:
        """Write the files of these parts; a message that no record can hold has a file of its own, so that no other is refused with it."""
        for part in parts:
            for lines in pieces(part.lines):
                span = Span(part.source.topic, part.partition, lines[0].offset, lines[-1].offset)
                self.staging.write(part.source.folder / span.file_name, (line.text for line in lines))
                self.progress(f"{span.topic}/{span.file_name}: {len(lines)} messages")


def deliver(lakehouse: Lakehouse, progress: Callable[[str], None]) -> tuple[tuple[Outage, ...], list[Lag]]:
    """Bring the topics that contracts name into the landing folder, where a broker is set; sources that could not be fetched, and what waits of the others."""
    Staging(lakehouse.settings.landing).recover()  # also without a broker: half of what a crash left would land
    sources = sources_of(lakehouse.contracts) if lakehouse.settings.kafka else []
    if not sources:
        return (), []
    with Broker(lakehouse.settings.kafka) as broker:
        delivery = Delivery(lakehouse, broker, progress)
        try:
            delivery.bring(sources)
        except Outage as outage:
            return (outage,), []
        return tuple(delivery.outages), delivery.lags


def lag_of(part: Part) -> Lag:
    """How many offsets of a partition lie behind the last line that goes into a file; none where these are no messages, but ends of transactions."""
    return Lag(part.source.table, part.source.server, part.source.topic, part.partition, message_count=part.end - part.next if part.is_more else 0)


def pieces(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines as files: those that no record can hold each by itself, the others in runs."""
    for is_long, run in groupby(lines, key=lambda line: len(line.text) > limits.MAX_RECORD_BYTES):
        together = list(run)
        yield from [[line] for line in together] if is_long else [together]
