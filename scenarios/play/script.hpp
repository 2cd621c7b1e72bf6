// What the outside world does in a run: scripted steps, generated operations, loaded rows. It acts through the world's operator
// doors, on its own events (Room::world), and keeps no state but the revision counters of generated items and the calls that
// are to be tried again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scenarios/format/relative_time.hpp"
#include "scenarios/format/scenario.hpp"
#include "scenarios/play/client_calls.hpp"
#include "sim/world/world.hpp"

namespace weir {

class Script {
 public:
  explicit Script(const Scenario& scenario);

  void schedule_all(World& world);                            // once, at the start
  void on_event(World& world, const Event& event);            // each Room::world event of the script
  std::size_t unfinished() const { return waiting_.size(); }  // calls between two tries

 private:
  enum Kind : std::uint16_t { step, operation, row, heal, try_again };
  // What made a call: the event's own numbers.
  struct Origin {
    Kind kind;
    std::uint32_t a;
    std::uint64_t b;
  };
  struct Waiting {
    ClientCall call;
    Origin origin;
  };
  void take_step(World& world, std::size_t index);
  void issue(World& world, std::size_t workload, std::uint32_t client, std::uint32_t ordinal);
  void schedule_operation(World& world, std::size_t workload, std::uint32_t client, std::uint32_t ordinal);
  void load_row(World& world, std::size_t load, std::uint64_t row);
  // Makes the call, and those that follow from its answers, until one waits for its next try.
  void make(World& world, std::optional<ClientCall> call, const Origin& origin);
  std::optional<ClientCall> after(World& world, ClientCall&& call, const ClientAnswer& answer, const Origin& origin);

  // How a workload asks: its own sizes stand in for the wide site; and its table in the world.
  struct Asking {
    SiteInfo site;
    SiteRule rule;
    TableId table;
  };

  const Scenario& scenario_;
  std::map<std::string, TtlAttributes> ttl_attributes_;  // by table
  std::vector<Asking> askings_;                          // a workload
  // A load: its table and what its columns hold.
  struct Loading {
    struct Column {
      std::string_view attribute;
      bool is_number;
    };
    TableId table;
    std::vector<Column> columns;
  };
  std::vector<Loading> loadings_;                     // a load
  std::vector<std::vector<std::int64_t>> revisions_;  // a workload, an item of it
  std::map<std::uint64_t, Waiting> waiting_;          // for their next tries, by what their events carry
  std::uint64_t next_wait_ = 0;
};

// How a workload asks for its pause (its expires_in): `own` is the calm value where the scenario's rule (may be null) narrows
// the site and names no calm of its own.                                                         [OP-7] [TTL-1]
SiteRule rule_beside(const SiteInfo& site, const SiteRule* rule, Duration own);

}  // namespace weir
