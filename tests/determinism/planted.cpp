#include "tests/determinism/planted.hpp"

#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "sim/base/hash.hpp"

namespace weir {

namespace {

struct SeededHash {
  std::uint64_t seed = 0;
  std::size_t operator()(const std::string& text) const { return hash64(text, seed); }
};

std::string id_of(const StreamRecord& record) { return std::string(record.keys.find_string("id").value()); }

Item row(const std::string& id, std::uint64_t number) { return Item{{"id", id}, {"number", number}}; }

BatchResponse both(const Result<Done>& left, const Result<Done>& right) {
  if (!left || !right) throw std::runtime_error("a row was refused");
  return BatchResponse::ok();
}

// An object that is made without its field being set: it holds what the memory held before.
struct Progress {
  std::uint64_t last_seen;
};
[[gnu::noinline]] std::unique_ptr<Progress> begin_progress() {
  auto* used_before = new Progress;
  delete used_before;
  // make_unique would clear it, and the leak is the point. NOLINTNEXTLINE(modernize-make-unique)
  return std::unique_ptr<Progress>(new Progress);
}
[[gnu::noinline]] std::uint64_t last_seen(const volatile Progress& progress) { return progress.last_seen; }

}  // namespace

Scenario planted_scenario() {
  Scenario scenario{
      .name = "planted-leak",
      .teaches = "What a plan does not decide must not show in a trace.",
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}, {.name = "view", .key = {"id"}}},
      .functions = {{.name = "leaky"}},
      .mappings = {{.table = "orders", .function = "leaky", .batch_size = 20}},
      .run_for = 10min,
      .heal_at = 1min,
  };
  for (const char* id : {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"})
    scenario.steps.push_back({0s, PutStep{"orders", Item{{"id", id}}}});
  return scenario;
}

Handler in_map_order(std::uint64_t seed) {
  return [seed](const StreamEvent& event, Context& context) {
    std::unordered_map<std::string, std::uint64_t, SeededHash> rows(0, SeededHash{seed});
    for (const StreamRecord& record : event.records) rows[id_of(record)] += 1;
    TableClient view = context.table("view");
    for (const auto& [id, number] : rows)
      if (!view.put(row(id, number))) throw std::runtime_error("a row was refused");
    return BatchResponse::ok();
  };
}

Handler with_unset_field(std::uint64_t& field) {
  return [&field](const StreamEvent& event, Context& context) {
    TableClient view = context.table("view");
    for (const StreamRecord& record : event.records) {
      const std::uint64_t found = field;
      field += 1;
      if (!view.put(row(id_of(record), found))) throw std::runtime_error("a row was refused");
    }
    return BatchResponse::ok();
  };
}

Handler two_in_one_expression(Evaluation order) {
  return [order](const StreamEvent&, Context& context) {
    TableClient view = context.table("view");
    if (order == Evaluation::compilers) return both(view.put(row("left", 1)), view.put(row("right", 2)));
    if (order == Evaluation::left_first) {
      const Result<Done> left = view.put(row("left", 1));
      return both(left, view.put(row("right", 2)));
    }
    const Result<Done> right = view.put(row("right", 2));
    return both(view.put(row("left", 1)), right);
  };
}

std::optional<Handler> planted_leak(std::string_view name) {
  if (name == "map") return in_map_order(std::random_device{}());
  if (name == "expression") return two_in_one_expression(Evaluation::compilers);
  if (name != "field") return std::nullopt;
  return [](const StreamEvent& event, Context& context) {
    const std::unique_ptr<Progress> progress = begin_progress();
    TableClient view = context.table("view");
    if (!view.put(row(id_of(event.records.front()), last_seen(*progress)))) throw std::runtime_error("a row was refused");
    return BatchResponse::ok();
  };
}

}  // namespace weir
