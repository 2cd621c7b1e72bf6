// What the services leave open about tables: when TTL's background processes come to an expired item, what the size() of a
// string counts, and when a global index hears of a write.
//
// Keys: "table T / item P / expiry 1700000000", with "sort S" after the item where the table has a sort key; "table T" for what
// holds for all of a table; "table T / change 0" for the first switch of TTL by UpdateTimeToLive;
// "table T / index I / item P / change 0" for the first change of that item that the index shows; "table T / index I" for what
// holds for all of an index. One that is made anew under a name that others had before it: "table T / index I / made 1 / ...".
#pragma once

#include <array>

#include "sim/expression/condition.hpp"
#include "sim/plan/site.hpp"

namespace weir {

inline constexpr std::array<std::string_view, 3> size_unit_names{"UTF-8 bytes", "UTF-16 units", "characters"};
template <>
struct ChoiceCodec<SizeUnit> : NamedCodec<SizeUnit, size_unit_names> {};

// Only asked of a table that evaluates an expression with a size() in it; one answer a table.
inline constexpr Site<SizeUnit> expression_size_unit{
    .name = "expression.size_unit",
    .low = SizeUnit::utf8_bytes,
    .high = SizeUnit::characters,
    .calm = SizeUnit::utf8_bytes,
    .rules = "EXPR-9 OPEN-46",
    .asks = "What does size() of a string count?",
};

// From the moment the scanner can see that an item has expired to its deletion; per item, so deletions leave the order of
// expiry.
inline constexpr Site<Duration> ttl_deletion_delay{
    .name = "ttl.deletion_delay",
    .low = 0s,
    .high = 48h,
    .calm = 10min,
    .rules = "TTL-4 TTL-5 OPEN-1 OPEN-5",
    .asks = "How long after an item has expired does the deleter come to it?",
};

// How far the scanner's clock lags behind; below zero it runs ahead and takes an item up to a second early.
inline constexpr Site<Duration> ttl_clock_skew{
    .name = "ttl.clock_skew",
    .low = -1s,
    .high = 60s,
    .calm = 0s,
    .rules = "TTL-2 OPEN-2",
    .asks = "How far does the clock of the TTL scanner lag behind?",
};

// Only asked of an item whose expiry lies between 5 * 365 and 5 * 366 days in the past.
inline constexpr Site<bool> ttl_five_years_expire{
    .name = "ttl.five_years_expire",
    .low = false,
    .high = true,
    .calm = true,
    .rules = "TTL-3 OPEN-3",
    .asks = "Does an expiry of very nearly five years ago still count?",
};

inline constexpr Site<Duration> ttl_cooldown{
    .name = "ttl.cooldown",
    .low = 30min,
    .high = 60min,
    .calm = 60min,
    .rules = "TTL-12 OPEN-4",
    .asks = "How long after UpdateTimeToLive is another change refused?",
};

inline constexpr Site<Duration> ttl_processing{
    .name = "ttl.processing",
    .low = 0s,
    .high = 1h,
    .calm = 0s,
    .rules = "TTL-12 TTL-14",
    .asks = "How long after UpdateTimeToLive does what it asks for take effect?",
};

inline constexpr Site<Duration> ttl_grace_after_disable{
    .name = "ttl.grace_after_disable",
    .low = 0s,
    .high = 1h,
    .calm = 0s,
    .rules = "TTL-16 OPEN-6",
    .asks = "How long after TTL is disabled do items that had expired before still go?",
};

// "table T"; only asked of one that is created later than at the start
inline constexpr Site<Duration> table_creating{
    .name = "table.creating",
    .low = 0s,
    .high = 5min,
    .calm = 10s,
    .rules = "TABLE-4",
    .asks = "How long is a new table CREATING before it is ACTIVE?",
};

// "table T"
inline constexpr Site<Duration> table_deleting{
    .name = "table.deleting",
    .low = 0s,
    .high = 5min,
    .calm = 5s,
    .rules = "TABLE-4",
    .asks = "How long is a deleted table DELETING before it is gone?",
};

// Of a read that did not ask for consistency: "trigger T / shard 0 / batch 0 / attempt 0 / call 0", as for client.fault, or
// "step 3", of a page after the first "step 3 / page 1"; a BatchGetItem asks for each of its tables, "... / table 0".
inline constexpr Site<Duration> read_staleness{
    .name = "read.staleness",
    .low = 0s,
    .high = 10s,
    .calm = 0s,
    .rules = "READ-1 READ-3 OPEN-34",
    .asks = "How old is the state that an eventually consistent read shows?",
};

// One part of a batch call: "... / call 0 / request 3", or "step 3 / request 3"
inline constexpr Site<bool> batch_unprocessed{
    .name = "batch.unprocessed",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "BOP-3 BOP-4",
    .asks = "Is this part of a batch call left undone, and handed back as unprocessed?",
    .nature = Nature::fault,
};

// "... / call 0", or "step 3"
inline constexpr Site<std::int64_t> batch_first{
    .name = "batch.first",
    .low = 0,
    .high = 24,
    .calm = 0,
    .rules = "BOP-5",
    .asks = "With which of its parts does a BatchWriteItem begin?",
};

// "trigger T / shard 0 / batch 0 / attempt 0 / call 0", as for client.fault, or "step 3"
inline constexpr Site<Duration> transaction_settling{
    .name = "transaction.settling",
    .low = 0s,
    .high = 5s,
    .calm = 0s,
    .rules = "TXN-5 TXN-9",
    .asks = "How long are its items bound to a transaction after its effect, so that others conflict with it?",
};

// likewise; asked of a transaction of two writes or more
inline constexpr Site<std::int64_t> transaction_first{
    .name = "transaction.first",
    .low = 0,
    .high = 99,
    .calm = 0,
    .rules = "TXN-8 STREAM-16 OPEN-31",
    .asks = "With which of a transaction's writes do its stream records begin?",
};

// Asked of each change that an index shows. A change never overtakes an earlier one of the same item.
inline constexpr Site<Duration> gsi_delay{
    .name = "gsi.delay",
    .low = 0s,
    .high = 5min,
    .calm = 0s,
    .rare_above = 10s,
    .rules = "GSI-1 OPEN-33",
    .asks = "How long after a write does a global index hear of it?",
};

// Asked of a change of the index's key, which is two writes to the index.
inline constexpr Site<Duration> gsi_old_entry{
    .name = "gsi.old_entry",
    .low = -10s,
    .high = 10s,
    .calm = 0s,
    .rules = "GSI-5 GSI-9",
    .asks = "How much later than the new entry comes does the old one go, or, below zero, how much earlier?",
};

// "table T / index I", as all that follow of an index that is made or dropped while its table is in use.
inline constexpr Site<Duration> index_allocation{
    .name = "index.allocation",
    .low = 0s,
    .high = 1h,
    .calm = 1min,
    .rules = "GSI-8",
    .asks = "How long are resources allocated for a new index before its backfill begins?",
};

inline constexpr Site<Duration> index_backfill{
    .name = "index.backfill",
    .low = 0s,
    .high = 24h,
    .calm = 5min,
    .rules = "GSI-8",
    .asks = "How long does the backfill of a new index take, until it is ACTIVE?",
};

// Once it is ACTIVE, all are refused.                                                                 [GSI-7]
inline constexpr Site<Duration> index_refuses_after{
    .name = "index.refuses_after",
    .low = 0s,
    .high = 24h,
    .calm = 24h,
    .rules = "GSI-8",
    .asks = "How long after its backfill has begun are writes refused that a new index cannot take?",
};

inline constexpr Site<Duration> index_deleting{
    .name = "index.deleting",
    .low = 0s,
    .high = 1h,
    .calm = 1min,
    .rules = "GSI-8",
    .asks = "How long is a deleted index DELETING before it is gone?",
};

// "table T", or "table T / index I" for a global index; only asked of tables with capacity settings, as all that follow.
inline constexpr Site<Duration> capacity_burst{
    .name = "capacity.burst",
    .low = 0s,
    .high = 300s,
    .calm = 300s,
    .rules = "CAP-3",
    .asks = "For how long is unused capacity kept, so that a burst may use it?",
};

// likewise
inline constexpr Site<bool> capacity_adaptive{
    .name = "capacity.adaptive",
    .low = false,
    .high = true,
    .calm = true,
    .rules = "CAP-4",
    .asks = "May a partition use what the others leave of the throughput that is provisioned?",
};

// likewise; on demand
inline constexpr Site<Duration> capacity_growth{
    .name = "capacity.growth",
    .low = 0s,
    .high = 30min,
    .calm = 0s,
    .rules = "CAP-6",
    .asks = "How long after a new peak does a table on demand serve twice as much?",
};

// "table T / partition 0.1": of one that has grown too large, or too hot
inline constexpr Site<Duration> capacity_split_delay{
    .name = "capacity.split_delay",
    .low = 10s,
    .high = 1h,
    .calm = 2min,
    .rules = "CAP-5",
    .asks = "How long after a partition has become too large or too hot does it split?",
};

// "table T / partition 0.1"; only asked of a hot partition of a table with a stream whose throughput is provisioned
inline constexpr Site<bool> capacity_isolation_with_stream{
    .name = "capacity.isolation_with_stream",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "CAP-4 OPEN-38",
    .asks = "Does a hot partition split although the table is provisioned and has a stream?",
};

// "table T"
inline constexpr Site<std::int64_t> capacity_switches_a_day{
    .name = "capacity.switches_a_day",
    .low = 1,
    .high = 4,
    .calm = 4,
    .rules = "CAP-9",
    .asks = "How often in 24 hours may a table be switched to on demand?",
};

inline constexpr std::array table_sites{table_creating.info(),
                                        table_deleting.info(),
                                        ttl_deletion_delay.info(),
                                        ttl_clock_skew.info(),
                                        ttl_five_years_expire.info(),
                                        ttl_cooldown.info(),
                                        ttl_processing.info(),
                                        ttl_grace_after_disable.info(),
                                        expression_size_unit.info(),
                                        read_staleness.info(),
                                        batch_unprocessed.info(),
                                        batch_first.info(),
                                        gsi_delay.info(),
                                        gsi_old_entry.info(),
                                        index_allocation.info(),
                                        index_backfill.info(),
                                        index_refuses_after.info(),
                                        index_deleting.info(),
                                        transaction_settling.info(),
                                        transaction_first.info(),
                                        capacity_burst.info(),
                                        capacity_adaptive.info(),
                                        capacity_growth.info(),
                                        capacity_split_delay.info(),
                                        capacity_isolation_with_stream.info(),
                                        capacity_switches_a_day.info()};

}  // namespace weir
