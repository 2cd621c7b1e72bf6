// A call of a client of the outside world, as a plain value, and the tries that it is made of.
//
//   caller    "client 0 / op 3", "step 4", "load 0", and the number of the call there: a step's page, a load's row, else 0
//   none      without sdk_retries a call is carried out when it is made; what it is answered then is the end of it
//   tries     with them each try is a crossing, under a key of its own ("step 4 / call 1 / attempt 2"): client.fault may
//             throttle it, or lose its answer before or after the effect. The SDK makes another after client.back_off: the
//             same request, so that a write whose answer was lost is written again  [WIRE-6] [ERR-8] [OP-6] [OPEN-49]
//   token     such a client names a transaction that has no token, once for all of its tries          [TXN-2]
//   differs   a try takes no time: client.latency is asked of user code alone, and a lost answer is missed at once. So a
//             transaction that is still settling is met in progress, where user code waits for it         [TXN-3] [TXN-9]
//   batches   what one leaves unprocessed is an answer, tried again by no SDK                             [BOP-3] [BOP-4]
#pragma once

#include <variant>

#include "sim/function/handler.hpp"
#include "sim/plan/key.hpp"
#include "sim/trace/actor.hpp"
#include "sim/world/world.hpp"

namespace weir {

using ClientRequest = std::variant<PutItem, UpdateItem, DeleteItem, TransactWriteItems, BatchWriteItem, GetItem, BatchGetItem,
                                   TransactGetItems, Query, Scan>;
using ClientAnswer = std::variant<WriteAnswer, TransactWriteItems::Answer, BatchWriteItem::Answer, GetItem::Answer,
                                  BatchGetItem::Answer, TransactGetItems::Answer, Result<Page>>;

struct ClientCall {
  ClientRequest request;
  Actor actor;
  Key caller;  // of numbers alone: it borrows no name
  std::uint32_t number = 0;
  SdkRetries sdk_retries = SdkRetries::none;
  std::uint32_t retried = 0;  // tries after the first
};

ClientAnswer try_once(World& world, const ClientCall& call);  // the present try, now

// Whether the client tries again by itself after that answer. If so, the call is at its next try, CallRetried is noted, and
// `pause` says when.
struct NextTry {
  Duration pause;
  FactIndex because;  // the CallRetried: of it comes whatever the next try does
};
std::optional<NextTry> next_try(Kernel& kernel, ClientCall& call, const ClientAnswer& answer);

}  // namespace weir
