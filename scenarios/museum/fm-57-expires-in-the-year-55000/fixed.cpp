#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Opens a session for an hour at each login and ends it at the logout. An expiry is in whole seconds since 1970, whatever the
// clock at hand counts. [FM-57]
BatchResponse fm_57_fixed(const StreamEvent& event, Context& context) {
  TableClient sessions = context.table("sessions");
  for (const StreamRecord& record : event.records) {
    const bool logged_out = record.event_name == EventName::remove;
    const std::int64_t now_ms = context.unix_seconds() * 1000;
    const Item session = record.keys.with("expires_at", AttributeValue((now_ms + 3'600'000) / 1000));
    const Result<Done> written = logged_out ? sessions.remove(record.keys) : sessions.put(session);
    if (!written) throw std::runtime_error("the session could not be written");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
