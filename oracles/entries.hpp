// Every oracle of this room: what it says of itself, and how it is made. The registry lists them; nobody else asks.
#pragma once

#include <memory>

#include "oracles/oracle.hpp"

namespace weir {

struct OracleEntry {
  OracleInfo info;
  std::unique_ptr<Oracle> (*make)(const OracleInfo& info, const OracleSpec& spec);
};

// The model's own promises.
OracleEntry stream_once_entry();          // O-STREAM
OracleEntry stream_order_entry();         // O-ORDER-STREAM
OracleEntry images_entry();               // O-IMAGES
OracleEntry lineage_entry();              // O-LIN
OracleEntry retention_entry();            // O-RETENTION
OracleEntry time_to_live_entry();         // O-TTL
OracleEntry delivery_entry();             // O-DELIVERY
OracleEntry pages_entry();                // O-PAGES
OracleEntry stream_arn_entry();           // O-ARN
OracleEntry atomic_transactions_entry();  // O-ATOM
OracleEntry index_contents_entry();       // O-INDEX
OracleEntry capacity_entry();             // O-CAPACITY
OracleEntry access_entry();               // O-ACCESS

// What scenarios promise of consumers.
OracleEntry convergence_entry();   // O-CONV
OracleEntry effects_once_entry();  // O-ONCE
OracleEntry item_order_entry();    // O-ORDER
OracleEntry no_loss_entry();       // O-NOLOSS
OracleEntry accounting_entry();    // O-ACCT
OracleEntry retries_entry();       // O-RETRY
OracleEntry liveness_entry();      // O-LIVE
OracleEntry fresh_reads_entry();   // O-READ
OracleEntry archive_entry();       // O-ARCH
OracleEntry bounded_size_entry();  // O-BOUND
OracleEntry queue_order_entry();   // O-QUEUE

// The text of a parameter; "" when it was not given.
inline std::string text_of(const OracleSpec& spec, std::string_view name) {
  const auto at = spec.with.find(std::string(name));
  return at == spec.with.end() ? std::string() : at->second;
}

}  // namespace weir
