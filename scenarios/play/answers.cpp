#include "scenarios/play/answers.hpp"

#include "sim/data/json.hpp"
#include "sim/data/utf8.hpp"

namespace weir {

namespace {

std::string list_of(const std::vector<Item>& items) {
  std::string list;
  for (const Item& item : items) list += (list.empty() ? "" : ",") + to_plain_text(item);
  return "[" + list + "]";
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

// Why the parts of a cancelled transaction did not go well, where there is more to say than its message does.
std::string reasons_of(const std::vector<CancellationReason>& reasons) {
  std::string text;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (const std::string why = explained(reasons, i); !why.empty()) text += "; " + why;
    if (!reasons[i].item.empty()) text += "; item of action " + std::to_string(i) + " " + to_plain_text(reasons[i].item);
  }
  return text;
}

}  // namespace

std::string told(const Failed& failed) {
  std::string text(wire_name(failed.error));
  if (!failed.message.empty()) text += ": " + std::string(failed.message);
  if (!failed.reason.empty()) text += " (" + std::string(failed.reason) + ")";
  return text;
}

std::string told(const WriteAnswer& answer, ReturnValues returns) {
  if (!answer) return told(answer.failure()) + (answer.item().empty() ? "" : "; item " + to_plain_text(answer.item()));
  if (returns == ReturnValues::none) return "";
  return answer->attributes.empty() ? "no attributes" : "attributes " + to_plain_text(answer->attributes);
}

std::string told(const TransactWriteItems::Answer& answer) {
  return answer ? "" : told(answer.failure()) + reasons_of(answer.reasons);
}

std::string told(const BatchWriteItem::Answer& answer, const BatchWriteItem& request, const World& world) {
  if (!answer) return told(answer.failure());
  const std::size_t all = request.requests.size(), left = answer->unprocessed.size();
  if (left == 0) return counted(all, "write");
  std::string text = std::to_string(all - left) + " of " + counted(all, "write") + ", unprocessed";
  for (std::size_t i = 0; i < left; ++i) {
    const WriteRequest& part = answer->unprocessed[i];
    const auto* put = std::get_if<PutRequest>(&part.request);
    text += std::string(i == 0 ? ": " : ", ") + (put ? "put of " : "delete of ") + world.table_settings(part.table).name + " " +
            to_plain_text(put ? put->item : std::get<DeleteRequest>(part.request).key);
  }
  return text;
}

std::string told(const GetItem::Answer& answer) {
  if (!answer) return told(answer.failure());
  return *answer ? to_plain_text(**answer) : "no item";
}

std::string told(const BatchGetItem::Answer& answer, const World& world) {
  if (!answer) return told(answer.failure());
  std::string text;
  for (const BatchGetOutput::Found& found : answer->responses)
    text += (text.empty() ? "" : ", ") + world.table_settings(found.table).name + " " + list_of(found.items);
  std::string left;
  for (const KeysAndAttributes& unprocessed : answer->unprocessed)
    left += (left.empty() ? ", unprocessed: " : ", ") + world.table_settings(unprocessed.table).name + " " +
            list_of(unprocessed.keys);
  return text + left;
}

std::string told(const TransactGetItems::Answer& answer) {
  if (!answer) return told(answer.failure()) + reasons_of(answer.reasons);
  std::string list;
  for (const std::optional<Item>& item : *answer) list += (list.empty() ? "" : ",") + (item ? to_plain_text(*item) : "null");
  return "[" + list + "]";
}

std::string told(const Result<Page>& page, bool only_counted) {
  if (!page) return told(page.failure());
  std::string text = counted(page->count, "item") + ", scanned " + std::to_string(page->scanned_count);
  if (!page->last_evaluated_key.empty()) text += ", last key " + to_plain_text(page->last_evaluated_key);
  return only_counted || page->items.empty() ? text : text + ": " + list_of(page->items);
}

std::string cut_short(std::string line) {
  constexpr std::size_t most = 500;
  if (line.size() <= most) return line;
  std::size_t end = most;
  while (end > 0 && utf8_length(std::string_view(line).substr(end)) == 0) end -= 1;
  return line.substr(0, end) + "...";
}

}  // namespace weir
