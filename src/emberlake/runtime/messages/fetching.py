"""Lines of one partition from where it was left; what the topic lost meanwhile is entered, and a topic that went back is refused."""

from collections.abc import Iterator

from emberlake.runtime.messages.broker import Broker
from emberlake.runtime.messages.gaps import Gap, Gaps
from emberlake.runtime.messages.lines import Line, Message, about_in, line_of
from emberlake.runtime.messages.outage import WentBack
from emberlake.runtime.messages.progress import Progress
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import Part

REMEDY = (
    "Messages under offsets that landed are other ones now. Let the source write a topic of a new name, beginning with a snapshot, and name it in the contract"
)


def fetch(broker: Broker, gaps: Gaps, source: Source, partition: int, ends: tuple[int, int], progress: Progress, most: int) -> Part:
    """At most so many messages of a partition that holds `ends`. Raises WentBack where it no longer holds what was fetched from it."""
    first, end = ends
    where = f"topic {source.topic}, partition {partition}"
    if end < progress.next:
        words = f"{where}: has lost messages that were fetched, up to offset {progress.next - 1}. {REMEDY}"
        refuse(gaps, source, Gap(partition, end, progress.next - 1, "went_back", words))
    if first > progress.next:
        words = f"{where}: messages were removed from the topic before they were fetched; deliver what they said by a snapshot of the source"
        gaps.enter((source, Gap(partition, progress.next, first - 1, "retention", words)))
        progress = Progress(first)
    lines = [line_of(message) for message in unchanged(broker, gaps, source, partition, progress, (first, end), most)] if end > progress.next else []
    return Part(source, partition, lines, most <= len(lines) and lines[-1].offset + 1 < end, progress.next, end, progress.file)


def extend(broker: Broker, part: Part, most: int) -> None:
    """Fetch more of a partition, behind what was fetched."""
    part.end = broker.ends(part.source.topic, part.partition)[1]
    more: list[Line] = [line_of(m) for m in broker.messages(part.source.topic, part.partition, part.next, part.end, most)]
    part.lines += more
    part.is_more = len(more) == most and part.next < part.end


def unchanged(broker: Broker, gaps: Gaps, source: Source, partition: int, progress: Progress, ends: tuple[int, int], most: int) -> Iterator[Message]:
    """Messages behind the last one that was fetched, which must still be the same; it may be gone by retention or compaction."""
    before = progress.next - 1
    if progress.file is None or ends[0] > before:
        yield from broker.messages(source.topic, partition, progress.next, ends[1], most)
        return
    last = progress.last_message()
    for message in broker.messages(source.topic, partition, before, ends[1], most + 1):
        if message.offset > before:
            yield message
        elif any(about_in(line_of(message).text)[name] != last.get(name) for name in ("timestamp", "key")):
            words = f"topic {source.topic}, partition {partition}: offset {before} is another message than the one that was fetched. {REMEDY}"
            refuse(gaps, source, Gap(partition, before, before, "rewritten", words))


def refuse(gaps: Gaps, source: Source, gap: Gap) -> None:
    gaps.enter((source, gap))
    raise WentBack(gap.message)
