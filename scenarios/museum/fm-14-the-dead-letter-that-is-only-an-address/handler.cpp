#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-14-the-dead-letter-that-is-only-an-address/apply.hpp"
#include "sim/function/failure_records.hpp"

namespace weir::museum {

namespace {

// Whether the letter is done with: what it names is in the view, or will never be.
bool redrive(Context& context, const Message& letter) {
  const std::optional<FailureAddress> address = failure_address(letter.body);
  if (!address) return true;
  const Result<std::vector<StreamRecord>> records = read_back(context.stream("orders"), *address);
  if (records.failed_with(ServiceError::trimmed_data_access) || records.failed_with(ServiceError::resource_not_found)) {
    context.log("the letter names records that are gone");
    return true;
  }
  if (!records) return false;
  for (const StreamRecord& record : *records)
    if (!apply_unless_older(context, record)) return false;
  return true;
}

}  // namespace

// Copies each change to the view. [FM-14]
BatchResponse fm_14(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!apply_unless_older(context, record)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

// Reads back what the letters name, and applies it like the handler. When it first looks is for its settings to say.
void fm_14_redrive(Context& context) {
  QueueClient letters = context.queue("letters");
  for (;; context.sleep(10min)) {
    while (true) {
      const Result<std::vector<Message>> received = letters.receive();
      if (!received || received->empty()) break;
      for (const Message& letter : *received)
        if (redrive(context, letter)) (void)letters.remove(letter.receipt);
    }
  }
}

}  // namespace weir::museum
