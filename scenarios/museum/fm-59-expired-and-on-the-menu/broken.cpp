#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Admits whoever has a session. That TTL takes expired sessions away is true; that it does so at once is assumed. [FM-59]
BatchResponse fm_59_broken(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records) {
    const Result<std::optional<Item>> session = context.table("sessions").get(record.keys);
    if (!session) throw std::runtime_error("the session could not be read");
    if (!*session) continue;
    if (!context.table("admitted").put(record.keys)) throw std::runtime_error("the admission could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
