#include "scenarios/museum/fm-15-redriving-yesterday-over-today/redrive.hpp"

#include "sim/function/failure_records.hpp"

namespace weir::museum {

void redrive_letters(Context& context, Apply apply) {
  QueueClient letters = context.queue("letters");
  for (;; context.sleep(5min)) {
    const Result<std::vector<Message>> received = letters.receive(1);
    if (!received || received->empty()) continue;
    const Message& letter = received->front();
    const std::optional<FailureAddress> address = failure_address(letter.body);
    if (!address) continue;
    const Result<std::vector<StreamRecord>> records = read_back(context.stream("orders"), *address);
    if (!records) continue;
    bool done = true;
    for (const StreamRecord& record : *records) done = done && apply(context, record);
    if (done) (void)letters.remove(letter.receipt);
  }
}

}  // namespace weir::museum
