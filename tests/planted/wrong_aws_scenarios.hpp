// Small scenarios on which planted defects show: each is sound under every plan, and its consumers are.
#pragma once

#include "scenarios/format/scenario.hpp"

namespace weir::test {

Handlers wrong_aws_consumers();

const Scenario& mirrored();        // a view kept by conditional puts; 52 h, so that records are trimmed
const Scenario& counted();         // an ADD for each new order; no faults, so that no record comes twice
const Scenario& added_up();        // the same by reading the total and putting it back
const Scenario& transacted();      // two tables written by one transaction a record, with a marker
const Scenario& sent_again();      // transactions that the SDK sends again, and nobody else
const Scenario& handed_over();     // a copy by batch writes that sends again what was left undone
const Scenario& expiring();        // items that expire, are renewed, looked at, and lie about their age
const Scenario& indexed();         // items that come into an index, move in it, and leave it
const Scenario& indexed_later();   // an index that is made, dropped and made anew while its table is written to
const Scenario& keys_only();       // a stream that shows keys alone
const Scenario& split();           // two shards that split while their records are retried
const Scenario& disabled_twice();  // a stream that is disabled and enabled again
const Scenario& read_by_hand();    // readers that wait too long and read on
const Scenario& poisoned();        // a record that always fails, two retries, a destination
const Scenario& bisecting();       // the same with batches that are cut
const Scenario& told_together();   // the same with two records that fail, whose failure records wait for each other
const Scenario& aged();            // whole batches again, until the record is a minute old
const Scenario& spread();
const Scenario& taken_over();     // the same, and pollers are lost
const Scenario& filtered();       // a count of what a filter lets through; no faults
const Scenario& paused();         // a mapping that is disabled for 20 min while orders go on
const Scenario& paused_latest();  // the same from LATEST on, without a second lane or filters
const Scenario& windowed();       // sums of a minute in a window's state
const Scenario& queued();         // a FIFO queue, and a reader that asks too often
const Scenario& barred();         // a function whose role may not write
const Scenario& metered();        // a table of few write units, which hot keys, bursts and conditions ask too much of
const Scenario& partial();        // a batch of which two records fail at first

}  // namespace weir::test
