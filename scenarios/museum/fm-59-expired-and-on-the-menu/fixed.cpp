#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Admits whoever has a session that is still valid: being there is not enough, its expiry is compared with the clock. [FM-59]
BatchResponse fm_59_fixed(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records) {
    const Result<std::optional<Item>> session = context.table("sessions").get(record.keys);
    if (!session) throw std::runtime_error("the session could not be read");
    if (!*session || (*session)->find_number("expires_at") <= Number(context.unix_seconds())) continue;
    if (!context.table("admitted").put(record.keys)) throw std::runtime_error("the admission could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
