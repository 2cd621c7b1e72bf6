// "Wrong AWS": defects that a test plants into the model, one at a time, to see that somebody objects.
//
//   planted by  PlayOptions::planted or Kernel::plant(), from tests alone; no file, token or command line can say it
//   cost        a run carries one value, `none`; a place that a defect would change compares one byte
//   told        tests/planted/wrong_aws_test.cpp: who objects to each of them, by name
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

enum class Planted : std::uint8_t {
  none,
  // tables
  no_op_write_counts,         // a write that changes nothing makes a record                  [STREAM-6]
  insert_shown_as_modify,     // a new item's record says MODIFY                              [STREAM-8]
  acknowledged_write_lost,    // a function's write succeeds and changes nothing              [OP-1] [OP-7]
  condition_ignored,          // a put goes through whatever its condition says               [MSG-1]
  add_applied_twice,          // an update is applied to its own result once more             [EXPR-12]
  unprocessed_not_told,       // what a batch write left undone is not handed back            [BOP-3]
  canceled_writes_its_first,  // a cancelled transaction does its first action              [TXN-2]
  commit_leaves_one_out,      // a transaction commits all but its last write                 [TXN-2]
  token_forgotten,            // a request token is not kept                                  [TXN-2]
  stale_when_consistent,      // a consistent read shows the state of a second ago            [READ-1]
  // TTL
  ttl_before_expiry,         // items go an hour early                                      [TTL-2]
  ttl_at_once,               // items go at their expiry, without a delay                   [TTL-4]
  ttl_never,                 // items go days after the window                              [TTL-4]
  ttl_takes_renewed,         // the deleter does not look again                             [TTL-7]
  ttl_takes_ancient,         // an expiry of more than five years ago counts                [TTL-3]
  ttl_identity_missing,      // a deletion's record looks like a client's                   [TTL-8]
  ttl_identity_of_a_client,  // a client's deletion looks like the service's                [REC-6]
  // streams
  images_swapped,               // the old image is the new one                            [STREAM-1]
  view_ignored,                 // each view shows both images                             [STREAM-1]
  modify_lost,                  // a MODIFY makes no record                                [STREAM-2] [OPEN-32]
  record_twice,                 // a change makes two records                              [STREAM-2]
  put_over_item_shown_as_two,   // REMOVE and INSERT in place of one MODIFY                [STREAM-8]
  item_records_overtake,        // two records of one item change places                   [STREAM-3]
  item_changes_lineage,         // an item's records go to any open shard                  [SHARD-6]
  closed_shard_takes_a_record,  // a record goes to the parent of its shard                [SHARD-1]
  sequence_number_repeats,      // a shard's numbers do not grow                           [REC-7]
  trimmed_early,                // records go two hours before their 24 h                  [STREAM-11]
  never_trimmed,                // records stay for ever                                   [OPEN-20]
  arn_kept_when_enabled_again,  // a stream that is enabled again has its old ARN          [STREAM-13]
  expired_iterator_reads,       // an iterator works after 15 min                          [ITER-2]
  page_skips_a_record,          // a page lacks its first record                           [GREC-2]
  end_told_early,               // the end of a shard is told with its first page          [GREC-3]
  trimmed_place_not_told,       // an iterator at a trimmed place goes on without a word   [ITER-3]
  // triggers
  child_before_parent,              // a child shard does not wait                        [POLL-5]
  unread_shard_finished,            // a closed shard is finished with records unread     [POLL-5]
  two_batches_in_flight,            // a batch is invoked twice at once                   [POLL-3]
  bisect_uses_attempts,             // cutting a batch costs an attempt                   [RETRY-6]
  one_retry_too_many,               // the retry limit is off by one                      [ESM-7]
  record_age_ignored,               // records older than allowed are tried               [ESM-8]
  checkpoint_past_a_failed_batch,   // a failed batch counts as handled                   [POLL-10]
  checkpoint_past_the_next_record,  // a handled batch takes the next record along        [POLL-10]
  partial_response_from_highest,    // the highest of the failed records is taken         [RBIF-3]
  destination_without_its_records,  // a failure record names the first record alone      [DEST-1]
  destination_silent,               // a failure record is claimed and never sent         [RETRY-3]
  joined_failure_left_out,          // a failure record lacks what was to join it         [RETRY-8]
  joined_failure_told_twice,        // what joins a failure record has one of its own too [RETRY-8]
  lanes_by_place,                   // a record's lane goes by its place, not by its key  [POLL-4]
  window_forgets_its_state,         // each invocation of a window gets an empty state    [WIN-3]
  window_never_ended,               // the last call of a window is left out              [WIN-5]
  filtered_record_delivered,        // what no filter wants is delivered all the same     [FILTER-5]
  matching_record_dropped,          // what a filter wants is settled as filtered         [FILTER-2]
  disabled_mapping_goes_on,         // a disabled mapping begins batches                  [ESM-25]
  enabled_at_latest,                // an enabled mapping skips what came meanwhile       [ESM-25]
  refusal_uses_attempts,            // a 429 counts as a failed try                       [POLL-11]
  replay_leaves_the_last,           // what comes again lacks the last record settled     [OPEN-10]
  // queues and roles
  queue_takes_repetitions,  // a FIFO queue takes a deduplication id within 5 min           [ESM-13]
  queue_shows_what_is_out,  // a message can be received while it is hidden                 [ESM-13]
  queue_group_overtakes,    // a FIFO group goes on while one of it is out                  [ESM-13]
  access_not_checked,       // what a role does not allow is done                           [IAM-1]
  // indexes
  index_forgets_removal,             // a global index keeps an entry whose item lost its key      [GSI-2]
  index_shows_whole_items,           // an index shows more than it projects                       [GSI-3]
  index_out_of_order,                // a change overtakes an earlier one of the same item         [OPEN-33]
  backfill_misses_concurrent_write,  // what is written while a new index is filled does not reach it  [GSI-8]
  // capacity
  failed_condition_free,    // a write whose condition fails uses no capacity             [OP-5]
  throttled_write_applied,  // a write that is throttled is done all the same             [CAP-8]
  burst_never_ends,         // unused capacity is kept for longer than 300 s              [CAP-3]
  partition_limit_ignored,  // one partition serves all that its table may                [CAP-2]
  ttl_uses_capacity,        // TTL's deletions are charged for                            [TTL-10]
};

inline constexpr std::array<std::string_view, 69> planted_names{
    "none",
    "no_op_write_counts",
    "insert_shown_as_modify",
    "acknowledged_write_lost",
    "condition_ignored",
    "add_applied_twice",
    "unprocessed_not_told",
    "canceled_writes_its_first",
    "commit_leaves_one_out",
    "token_forgotten",
    "stale_when_consistent",
    "ttl_before_expiry",
    "ttl_at_once",
    "ttl_never",
    "ttl_takes_renewed",
    "ttl_takes_ancient",
    "ttl_identity_missing",
    "ttl_identity_of_a_client",
    "images_swapped",
    "view_ignored",
    "modify_lost",
    "record_twice",
    "put_over_item_shown_as_two",
    "item_records_overtake",
    "item_changes_lineage",
    "closed_shard_takes_a_record",
    "sequence_number_repeats",
    "trimmed_early",
    "never_trimmed",
    "arn_kept_when_enabled_again",
    "expired_iterator_reads",
    "page_skips_a_record",
    "end_told_early",
    "trimmed_place_not_told",
    "child_before_parent",
    "unread_shard_finished",
    "two_batches_in_flight",
    "bisect_uses_attempts",
    "one_retry_too_many",
    "record_age_ignored",
    "checkpoint_past_a_failed_batch",
    "checkpoint_past_the_next_record",
    "partial_response_from_highest",
    "destination_without_its_records",
    "destination_silent",
    "joined_failure_left_out",
    "joined_failure_told_twice",
    "lanes_by_place",
    "window_forgets_its_state",
    "window_never_ended",
    "filtered_record_delivered",
    "matching_record_dropped",
    "disabled_mapping_goes_on",
    "enabled_at_latest",
    "refusal_uses_attempts",
    "replay_leaves_the_last",
    "queue_takes_repetitions",
    "queue_shows_what_is_out",
    "queue_group_overtakes",
    "access_not_checked",
    "index_forgets_removal",
    "index_shows_whole_items",
    "index_out_of_order",
    "backfill_misses_concurrent_write",
    "failed_condition_free",
    "throttled_write_applied",
    "burst_never_ends",
    "partition_limit_ignored",
    "ttl_uses_capacity",
};
constexpr std::string_view to_text(Planted defect) { return planted_names[static_cast<std::size_t>(defect)]; }

}  // namespace weir
