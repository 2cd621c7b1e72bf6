#include "sim/kernel/kernel.hpp"

namespace weir {

const SiteRule* Kernel::rule_for(const SiteInfo& site) const {
  for (const Rule& r : rules_)
    if (r.site == site.hash) return &r.rule;
  return nullptr;
}

std::int64_t Kernel::ask(const SiteInfo& site, const Key& key, const SiteRule* own) {
  const SiteRule* rule = own ? own : rule_for(site);
  const std::int64_t calm = rule ? rule->calm : site.calm;
  const bool at_rest = healed_ && site.nature == Nature::fault;
  const std::int64_t value = at_rest ? calm : plan_.answer(site, key.hash(), rule);
  asked_ += 1;
  trace_->note_choice(site.hash, key.hash(), value);
  if (recording_ && value != calm) choices_.push_back({{std::string(site.name), key.to_text(), value}, now_, trace_->size()});
  return value;
}

void Kernel::set_rules(std::vector<SiteRule> rules) {
  rules_.clear();
  for (SiteRule& rule : rules) rules_.push_back({name_hash(rule.site), std::move(rule)});
}

bool Kernel::next(Instant until, Event& event) {
  if (queue_.empty() || queue_.next_at() > until) return false;
  const EventQueue::Pending pending = queue_.pop();
  SIM_CHECK(pending.at >= now_, "time never runs backwards");
  now_ = pending.at;
  cause_ = pending.event.cause;
  event = pending.event;
  handled_ += 1;
  return true;
}

void Kernel::advance_to(Instant at) {
  SIM_CHECK(at >= now_ && queue_.next_at() >= at, "idle time holds no events");
  now_ = at;
  cause_ = no_fact;
}

}  // namespace weir
