// A small scenario to fill stores with: orders are counted into totals by group, and the first two calls of the function fail.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "scenarios/play/play.hpp"
#include "tests/oracles/sql/bed.hpp"

namespace weir {

inline Scenario counted_orders() {
  Scenario scenario;
  scenario.name = "counted-orders";
  scenario.variant = "broken";
  scenario.tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_and_old_images},
                     {.name = "totals", .key = {.partition = "group"}}};
  scenario.functions = {{.name = "count", .handler = "count"}};
  scenario.mappings = {{.name = "count", .table = "orders", .function = "count", .maximum_batching_window = 1s}};
  scenario.steps = {{0s, FailInvocationsStep{"count", 2}},
                    {1s, PutStep{"orders", Item{{"id", "A"}, {"group", "g0"}}}},
                    {1s, PutStep{"orders", Item{{"id", "B"}, {"group", "g1"}}}},
                    {10min, PutStep{"orders", Item{{"id", "C"}, {"group", "g0"}}}}};
  scenario.oracles = {{"O-ONCE", {{"source", "orders"}, {"view", "totals"}, {"fold", "count"}, {"of", "records"}}}};
  scenario.checks = {
      {"few-totals",
       "SELECT item_key, version, fact FROM items WHERE table_name = 'totals' AND item_key = 'g0' AND version = 1"}};
  return scenario;
}

inline const Handlers& counting() {
  static const Handlers handlers{
      .functions =
          {{"count",
            [](const StreamEvent& event, Context& context) {
              context.log("counting " + std::to_string(event.records.size()));
              for (const StreamRecord& record : event.records)
                if (!context.table("totals").update(Item{{"group", *record.new_image->get("group")}}, Update().add("count", 1)))
                  throw std::runtime_error("the total could not be written");
              return BatchResponse::ok();
            }}},
      .readers = {}};
  return handlers;
}

// A folder that goes with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-store-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace weir
