#include "scenarios/museum/fm-39-forty-of-them-failed/batch.hpp"

#include <map>

#include "sim/function/required.hpp"

namespace weir::museum {

BatchWriteItem last_changes(const StreamEvent& event, const TableClient& view) {
  std::map<Item, WriteRequest> last;
  for (const StreamRecord& record : event.records) {
    WriteRequest request = view.of(WriteRequest{.request = DeleteRequest{record.keys}});
    if (record.event_name != EventName::remove) request.request = PutRequest{new_image_of(record)};
    last.insert_or_assign(record.keys, std::move(request));
  }
  BatchWriteItem batch;
  for (auto& [keys, request] : last) batch.requests.push_back(std::move(request));
  return batch;
}

}  // namespace weir::museum
