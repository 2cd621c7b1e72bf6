// A table's settings of time to live, changed while it is in use: see ttl_requests.hpp.      [TTL-11] [TTL-12] [TTL-13]
// [TTL-14]
#include <algorithm>
#include <utility>

#include "sim/data/constraints.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/table.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr std::string_view too_soon = "Time to live has been modified multiple times within a fixed interval";
constexpr std::string_view already_on = "TimeToLive is already enabled";
constexpr std::string_view already_off = "TimeToLive is already disabled";
constexpr std::string_view other_attribute = "TimeToLive is active on a different AttributeName";

std::optional<Failed> flaw_in_name(std::string_view attribute) {
  return Constraints().text("timeToLiveSpecification.attributeName", attribute, 1, 255).refusal();
}

}  // namespace

// What it is on for, once what is under way has taken effect; empty: it is off.
std::string_view Table::ttl_to_be() const {
  if (ttl_change_) return ttl_change_->enables ? std::string_view(ttl_change_->attribute) : std::string_view();
  return ttl_.on() ? std::string_view(ttl_.attribute()) : std::string_view();
}

TimeToLiveDescription Table::describe_ttl() const {
  if (ttl_change_)
    return {ttl_change_->enables ? TimeToLiveStatus::enabling : TimeToLiveStatus::disabling, ttl_change_->attribute};
  if (!ttl_.on()) return {};
  return {TimeToLiveStatus::enabled, ttl_.attribute()};
}

Result<Done> Table::enable_ttl(Kernel& kernel, std::string_view attribute) {
  if (const std::optional<Failed> wrong = flaw_in_name(attribute)) return *wrong;
  if (const std::optional<Failed> held = updating()) return *held;
  if (const std::string_view on = ttl_to_be(); !on.empty()) return invalid(on == attribute ? already_on : other_attribute);
  if (kernel.now() < ttl_changeable_at_) return invalid(too_soon);
  change_ttl(kernel, {std::string(attribute), true, {}});
  return Done{};
}

Result<Done> Table::disable_ttl(Kernel& kernel, std::string_view attribute) {
  if (const std::optional<Failed> wrong = flaw_in_name(attribute)) return *wrong;
  if (const std::optional<Failed> held = updating()) return *held;
  const std::string_view on = ttl_to_be();
  if (on.empty()) return invalid(already_off);
  if (on != attribute) return invalid(other_attribute);
  if (kernel.now() < ttl_changeable_at_) return invalid(too_soon);
  const Duration grace = kernel.choose(ttl_grace_after_disable, Key("table", settings_.name) / Key("change", ttl_changes_));
  change_ttl(kernel, {std::string(attribute), false, grace});
  return Done{};
}

void Table::change_ttl(Kernel& kernel, TtlChange change) {
  const Key key = Key("table", settings_.name) / Key("change", ttl_changes_);
  const Duration cooldown = kernel.choose(ttl_cooldown, key);
  const Duration processing = kernel.choose(ttl_processing, key);
  ttl_changes_ += 1;
  ttl_changeable_at_ = kernel.now() + std::max(cooldown, processing);
  ttl_change_ = std::move(change);
  if (processing == Duration{}) return on_ttl_change(kernel);
  kernel.schedule(processing, Room::table, ttl_change_event, id_.value, 0);
}

void Table::on_ttl_change(Kernel& kernel) {
  SIM_CHECK(ttl_change_.has_value(), "what takes effect was asked for");
  const TtlChange change = *std::exchange(ttl_change_, std::nullopt);
  if (!change.enables) {
    settings_.ttl.clear();
    ttl_.stop(kernel.now(), kernel.now() + change.grace);
    declare(kernel);
    return;
  }
  settings_.ttl = change.attribute;
  ttl_.start(settings_.ttl);
  const FactIndex declared = declare(kernel);
  for (const Items::Place place : items_.in_order())
    ttl_.attend(kernel, settings_.name, items_.key(place), items_.value(place), declared);
}

}  // namespace weir
