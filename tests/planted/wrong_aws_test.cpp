// "Wrong AWS": each defect that can be planted into the model, and who objects to it by name.
//
// For each one: without it, the same scenario under the same plans breaks no promise; with it, exactly the named oracles
// object. A catcher "never: ..." is a probe that the sound model reaches under these plans and the defect makes unreachable.
#include "sim/base/planted.hpp"

#include <set>
#include <stdexcept>

#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"
#include "tests/planted/wrong_aws_scenarios.hpp"

using namespace weir;

namespace {

struct Case {
  Planted defect;
  const Scenario& scenario;
  std::set<std::string> catchers;
};

const std::vector<Case>& cases() {
  using test::added_up, test::aged, test::barred, test::bisecting, test::counted, test::disabled_twice, test::expiring,
      test::handed_over, test::indexed, test::indexed_later, test::keys_only, test::partial, test::poisoned, test::queued,
      test::read_by_hand, test::metered, test::mirrored, test::sent_again, test::spread, test::transacted, test::split,
      test::filtered, test::taken_over, test::told_together, test::windowed, test::paused, test::paused_latest;
  static const std::vector<Case> all{
      {Planted::no_op_write_counts, mirrored(), {"O-STREAM", "O-IMAGES"}},
      {Planted::insert_shown_as_modify, mirrored(), {"O-IMAGES"}},
      {Planted::acknowledged_write_lost, mirrored(), {"O-CONV"}},
      {Planted::condition_ignored, mirrored(), {"O-ORDER"}},
      {Planted::add_applied_twice, counted(), {"O-ONCE", "O-CONV"}},
      {Planted::unprocessed_not_told, handed_over(), {"O-CONV"}},
      {Planted::canceled_writes_its_first, transacted(), {"O-ATOM", "O-ONCE", "O-CONV"}},
      {Planted::commit_leaves_one_out, transacted(), {"O-ATOM", "O-ONCE", "O-CONV"}},
      {Planted::token_forgotten, sent_again(), {"O-ONCE", "O-CONV"}},
      {Planted::stale_when_consistent, added_up(), {"O-CONV"}},
      {Planted::ttl_before_expiry, expiring(), {"O-TTL"}},
      // No oracle: to go at its expiry is what a deletion may do (ttl.deletion_delay begins at 0 s). That none ever waits shows
      // over many runs alone.                                                                     [TTL-4] [OPEN-1]
      {Planted::ttl_at_once, expiring(), {"never: an expired item read", "never: a TTL deletion called off"}},
      {Planted::ttl_never, expiring(), {"O-TTL"}},
      {Planted::ttl_takes_renewed, expiring(), {"O-TTL"}},
      {Planted::ttl_takes_ancient, expiring(), {"O-TTL"}},
      {Planted::ttl_identity_missing, expiring(), {"O-TTL"}},
      {Planted::ttl_identity_of_a_client, expiring(), {"O-TTL"}},
      {Planted::images_swapped, mirrored(), {"O-STREAM", "O-IMAGES", "O-CONV"}},
      {Planted::view_ignored, keys_only(), {"O-IMAGES"}},
      {Planted::modify_lost, mirrored(), {"O-STREAM", "O-IMAGES", "O-CONV"}},
      {Planted::record_twice, mirrored(), {"O-STREAM", "O-ORDER-STREAM", "O-IMAGES"}},
      {Planted::put_over_item_shown_as_two, mirrored(), {"O-STREAM", "O-ORDER-STREAM"}},
      {Planted::item_records_overtake, mirrored(), {"O-ORDER-STREAM", "O-IMAGES"}},
      {Planted::item_changes_lineage, split(), {"O-ORDER-STREAM"}},
      {Planted::closed_shard_takes_a_record, split(), {"O-ORDER-STREAM", "O-DELIVERY", "O-CONV"}},
      {Planted::sequence_number_repeats, mirrored(), {"O-ORDER-STREAM"}},
      {Planted::trimmed_early, mirrored(), {"O-RETENTION"}},
      {Planted::never_trimmed, mirrored(), {"O-RETENTION"}},
      {Planted::arn_kept_when_enabled_again, disabled_twice(), {"O-ARN"}},
      {Planted::expired_iterator_reads, read_by_hand(), {"O-PAGES"}},
      {Planted::page_skips_a_record, read_by_hand(), {"O-PAGES"}},
      {Planted::end_told_early, read_by_hand(), {"O-PAGES"}},
      {Planted::trimmed_place_not_told, read_by_hand(), {"O-PAGES"}},
      {Planted::child_before_parent, split(), {"O-LIN"}},
      {Planted::unread_shard_finished, split(), {"O-DELIVERY"}},
      {Planted::two_batches_in_flight, mirrored(), {"O-DELIVERY"}},
      {Planted::bisect_uses_attempts, bisecting(), {"O-RETRY"}},
      {Planted::one_retry_too_many, poisoned(), {"O-RETRY"}},
      {Planted::record_age_ignored, aged(), {"O-RETRY"}},
      {Planted::checkpoint_past_a_failed_batch, poisoned(), {"O-DELIVERY"}},
      {Planted::checkpoint_past_the_next_record, split(), {"O-DELIVERY", "O-CONV"}},
      {Planted::partial_response_from_highest, partial(), {"O-CONV"}},
      {Planted::destination_without_its_records, poisoned(), {"O-ACCT"}},
      {Planted::destination_silent, poisoned(), {"O-ACCT"}},
      {Planted::joined_failure_left_out, told_together(), {"O-ACCT"}},
      {Planted::joined_failure_told_twice, told_together(), {"O-ACCT"}},
      {Planted::lanes_by_place, spread(), {"O-DELIVERY"}},
      {Planted::window_forgets_its_state, windowed(), {"O-CONV"}},
      {Planted::window_never_ended, windowed(), {"O-CONV", "O-DELIVERY"}},
      {Planted::filtered_record_delivered, filtered(), {"O-ONCE", "O-CONV"}},
      {Planted::matching_record_dropped, filtered(), {"O-CONV"}},
      {Planted::disabled_mapping_goes_on, paused(), {"O-DELIVERY"}},
      {Planted::enabled_at_latest, paused(), {"O-DELIVERY", "O-CONV"}},
      {Planted::enabled_at_latest, paused_latest(), {"O-DELIVERY", "O-NOLOSS", "O-ACCT"}},
      {Planted::refusal_uses_attempts, poisoned(), {"O-RETRY"}},
      {Planted::replay_leaves_the_last, taken_over(), {"O-DELIVERY"}},
      {Planted::queue_takes_repetitions, queued(), {"O-QUEUE"}},
      {Planted::queue_shows_what_is_out, queued(), {"O-QUEUE"}},
      {Planted::queue_group_overtakes, queued(), {"O-QUEUE"}},
      {Planted::access_not_checked, barred(), {"never: a call that a role does not allow", "O-ACCESS"}},
      {Planted::index_forgets_removal, indexed(), {"O-INDEX"}},
      {Planted::index_shows_whole_items, indexed(), {"O-INDEX"}},
      {Planted::index_out_of_order, indexed(), {"O-INDEX"}},
      {Planted::backfill_misses_concurrent_write, indexed_later(), {"O-INDEX"}},
      {Planted::failed_condition_free, metered(), {"O-CAPACITY"}},
      {Planted::throttled_write_applied, metered(), {"O-CAPACITY"}},
      {Planted::burst_never_ends, metered(), {"O-CAPACITY"}},
      {Planted::partition_limit_ignored, metered(), {"O-CAPACITY"}},
      {Planted::ttl_uses_capacity, metered(), {"O-CAPACITY"}},
  };
  return all;
}

// What a number of runs of one scenario came to, the calm one first.
struct Outcome {
  std::set<std::string> broken;  // oracles
  std::map<std::string, std::uint64_t> reached;
  std::map<std::string, std::string> said;
  std::string bug;
};

constexpr std::uint64_t seeds = 40;

Outcome outcome_of(const Scenario& scenario, Planted defect) {
  static const Handlers handlers = test::wrong_aws_consumers();
  Player player(scenario, handlers);
  Outcome outcome;
  for (std::uint64_t seed = 0; seed <= seeds; ++seed) {
    const Plan plan = seed == 0 ? Plan::calm() : Plan::seeded(Seed{seed});
    const Run run = player.play(plan, {.planted = defect});
    for (const Verdict& verdict : run.verdicts) {
      if (!verdict.is_violation()) continue;
      outcome.broken.emplace(verdict.oracle);
      outcome.said.emplace(verdict.oracle, "seed " + std::to_string(seed) + ": " + verdict.message);
    }
    for (const auto& [probe, times] : run.reached) outcome.reached[std::string(probe)] += times;
    if (run.bug) outcome.bug = "seed " + std::to_string(seed) + ": " + *run.bug;
  }
  return outcome;
}

const Outcome& sound(const Scenario& scenario) {
  static std::map<std::string, Outcome> known;
  const auto found = known.find(scenario.name);
  if (found != known.end()) return found->second;
  return known.emplace(scenario.name, outcome_of(scenario, Planted::none)).first->second;
}

}  // namespace

TEST_CASE("each defect of a wrong AWS is caught by name, and without it all is well", "[planted][wrong-aws]") {
  for (const Case& wrong : cases()) {
    INFO(to_text(wrong.defect) << " in " << wrong.scenario.name);
    const Outcome& without = sound(wrong.scenario);
    for (const auto& [oracle, said] : without.said) UNSCOPED_INFO(oracle << " " << said);
    CHECK(without.said == std::map<std::string, std::string>{});
    CHECK(without.bug == "");

    const Outcome with = outcome_of(wrong.scenario, wrong.defect);
    std::set<std::string> oracles;
    for (const std::string& catcher : wrong.catchers) {
      if (!catcher.starts_with("never: ")) {
        oracles.insert(catcher);
        continue;
      }
      const std::string probe = catcher.substr(7);
      INFO(probe);
      CHECK(without.reached.at(probe) > 0);
      CHECK(with.reached.at(probe) == 0);
    }
    for (const auto& [oracle, said] : with.said) UNSCOPED_INFO(oracle << " " << said);
    CHECK(with.broken == oracles);
    CHECK(with.bug == "");
  }
}

TEST_CASE("every defect that can be planted has a catcher, and there are thirty at least", "[planted][wrong-aws]") {
  std::set<Planted> told;
  for (const Case& wrong : cases()) {  // one may be planted in more than one scenario
    told.insert(wrong.defect);
    CHECK_FALSE(wrong.catchers.empty());
  }
  CHECK(told.size() == planted_names.size() - 1);
  CHECK(told.size() >= 30);
  CHECK(std::set<std::string_view>(planted_names.begin(), planted_names.end()).size() == planted_names.size());
}
