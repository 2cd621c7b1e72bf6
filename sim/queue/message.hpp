// What goes into a queue, and what comes out of it.
#pragma once

#include <string>

#include "sim/base/time.hpp"
#include "sim/data/ids.hpp"

namespace weir {

// SendMessage. A FIFO queue wants a group, and an id by which it knows a repetition within five minutes.
struct OutgoingMessage {
  std::string body;
  std::string group = {};
  std::string deduplication_id = {};
};

// One receipt of a message: what removes it. A later receipt of the same message is another one.
struct Receipt {
  MessageId message;
  std::uint32_t receives = 0;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

struct Message {
  std::string body;
  Receipt receipt;  // receipt.receives: how often the message has been received, this time counted
  Instant sent_at{};
};

}  // namespace weir
