#include "scenarios/museum/fm-65-child-before-parent/reader.hpp"

namespace weir::museum {

namespace {

Result<IteratorId> iterator_after(StreamsClient& stream, ShardId shard, const std::optional<SequenceNumber>& applied) {
  if (applied) return stream.get_shard_iterator(shard, IteratorType::after_sequence_number, applied);
  return stream.get_shard_iterator(shard, IteratorType::trim_horizon);
}

}  // namespace

void read_page(Context& context, ShardId shard, ShardPlace& place) {
  StreamsClient stream = context.stream("orders");
  TableClient view = context.table("view");
  if (!place.next) {
    const Result<IteratorId> first = iterator_after(stream, shard, place.applied);
    if (first.failed_with(ServiceError::resource_not_found)) place.finished = true;
    if (!first) return;
    place.next = *first;
  }
  const Result<RecordsPage> page = stream.get_records(*place.next);
  place.next.reset();
  if (!page) return;
  for (const StreamRecord& record : page->records) {
    const Result<Done> written = record.new_image ? view.put(*record.new_image) : view.remove(record.keys);
    if (!written) return;
    place.applied = record.sequence_number;
  }
  place.next = page->next;
  place.finished = !page->next;
}

}  // namespace weir::museum
