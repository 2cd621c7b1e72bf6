#include <rapidcheck.h>
#include <catch2/catch.hpp>  // of Catch2 3: <catch2/catch_all.hpp>

#include "scenarios/explore/property.hpp"

using namespace weir;

namespace {

const Scenario orders_mirror{
    .name = "orders-mirror",
    .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}, {.name = "view", .key = {"id"}}},
    .functions = {{.name = "mirror"}},
    .mappings = {{.table = "orders", .function = "mirror", .batch_size = 10, .report_batch_item_failures = true}},
    .workloads = {{.table = "orders", .clients = 2, .operations = 5, .items = 3}},
    .run_for = 6h,
    .heal_at = 2h,
    .oracles = {{"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}},
                {"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}}}},
};

BatchResponse mirror(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  for (const StreamRecord& record : event.records) {
    const bool done = record.new_image ? view.put(*record.new_image).ok() : view.remove(record.keys).ok();
    if (!done) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

}  // namespace

TEST_CASE("the view ends equal to the orders, whatever the plan") {
  Handlers handlers;
  handlers.functions["mirror"] = mirror;
  CHECK(rc::check("for any plan", [&handlers] {
    const Trial trial = *any_trial(orders_mirror, handlers);
    const Run run = trial.play();
    RC_PRE(run.tested());
    RC_ASSERT(run.holds());
  }));
}
