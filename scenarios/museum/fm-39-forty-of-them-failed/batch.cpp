#include "scenarios/museum/fm-39-forty-of-them-failed/batch.hpp"

#include <map>

namespace weir::museum {

BatchWriteItem last_changes(const StreamEvent& event, const TableClient& view) {
  std::map<Item, WriteRequest> last;
  for (const StreamRecord& record : event.records) {
    WriteRequest request = view.of(WriteRequest{.request = DeleteRequest{record.keys}});
    if (record.new_image) request.request = PutRequest{*record.new_image};
    last.insert_or_assign(record.keys, std::move(request));
  }
  BatchWriteItem batch;
  for (auto& [keys, request] : last) batch.requests.push_back(std::move(request));
  return batch;
}

}  // namespace weir::museum
