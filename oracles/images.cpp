// O-IMAGES: event names and images fit together. An INSERT follows nothing or a REMOVE and has no old image, a REMOVE has no
// new one, each record's old image is the new image of the item's record before it, and a view shows its own images only.
// [STREAM-1] [STREAM-8] [STREAM-9]
#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"
#include "sim/base/flat_map.hpp"

namespace weir {

namespace {

class Images final : public Watching<Images, Appended, StreamEnabled> {
 public:
  explicit Images(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct ItemSide {
    FactIndex appended = no_fact;
    std::uint64_t new_image = 0;  // hash of its content; not kept: the image itself would live as long as the run
    bool present = false;
  };

  void on(const StreamEnabled& enabled, const Fact&) { views_.at(enabled.stream) = enabled.view; }

  void on(const Appended& record, const Fact& fact) {
    records_ += 1;
    const StreamView view = views_.at(record.stream);
    const std::string_view wrong = wrong_images(record, view);
    if (!wrong.empty()) return object(record, fact, wrong, no_fact);

    ItemSide& item = items_[mix(record.key.hash(), record.stream.value)];
    if (item.appended != no_fact) {
      if (item.present && record.event_name == EventName::insert)
        return object(record, fact, "is an INSERT, though the item was there", item.appended);
      if (!item.present && record.event_name != EventName::insert)
        return object(record, fact, "is no INSERT, though the item was gone", item.appended);
      if (view == StreamView::new_and_old_images && record.old_image.hash() != item.new_image)
        return object(record, fact, "has an old image that is not the new image before it", item.appended);
    }
    item = {fact.index, record.new_image.hash(), record.event_name != EventName::remove};
  }
  void finish() override {
    if (records_ == 0) unknown("no record was written to a stream");
  }

  static std::string_view wrong_images(const Appended& record, StreamView view) {
    const bool wants_old = shows_old_image(view) && record.event_name != EventName::insert;
    const bool wants_new = shows_new_image(view) && record.event_name != EventName::remove;
    if (!wants_old && !record.old_image.empty()) return "has an old image that it cannot have";
    if (!wants_new && !record.new_image.empty()) return "has a new image that it cannot have";
    if (wants_old && record.old_image.empty()) return "lacks its old image";
    if (wants_new && record.new_image.empty()) return "lacks its new image";
    if (wants_old && wants_new && record.old_image == record.new_image) return "shows two equal images";
    return "";
  }
  void object(const Appended& record, const Fact& fact, std::string_view wrong, FactIndex before) {
    violate("the " + std::string(wire_name(record.event_name)) + " record of " + item_text(record.table, record.key) + " at " +
                to_text(fact.at) + " " + std::string(wrong),
            {record.write, before, fact.index});
  }

  Dense<StreamId, StreamView> views_;
  FlatMap<ItemSide> items_;  // by stream and item
  std::uint64_t records_ = 0;
};

}  // namespace

OracleEntry images_entry() {
  return {
      {.name = "O-IMAGES",
       .rules = "STREAM-1 STREAM-8 STREAM-9",
       .promise = "Each record's old image is the new image of the item's record before it, and event names fit the images.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Images>(info); }};
}

}  // namespace weir
