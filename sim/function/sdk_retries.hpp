// What the clients of AWS's SDKs do by themselves when a call is throttled or meets a 500: try it again, unseen by the code.
//
//   standard   3 tries in all; the longest pause before a further one is 1 s, then 2 s
//   legacy     up to 10 tries after the first; the longest pause is 50 ms and doubles, up to 20 s     [WIRE-6]
//   jitter     how much of the longest pause is waited is a choice (client.back_off)
//   differs    an item collection that is full is not tried again, though the service's list of errors says that it may be: the
//              SDKs do not, and nothing else would make room meanwhile                              [ERR-8]
//   whose      functions, readers, and clients of a scenario's workloads, loads and steps, each as its settings say
//   what       any call: of a reader also those to its stream, to queues and to buckets
//   unseen     a write whose answer was lost is written again: its own success may fail its condition  [OP-6] [OPEN-49]
#pragma once

#include "sim/function/handler.hpp"
#include "sim/kernel/kernel.hpp"

namespace weir {

std::uint32_t retries_of(SdkRetries mode);                        // after the first try
bool worth_a_retry(ServiceError error);                           // [ERR-8]
Duration longest_back_off(SdkRetries mode, std::uint32_t retry);  // before the retry of that number, from 1

// Whether a client makes one more try by itself after `retried` of them, the last of which met `error`.
bool tries_again(SdkRetries mode, std::uint32_t retried, ServiceError error);
// The pause before that retry; `key` is that of the try to come. Asks client.back_off.
Duration back_off(Kernel& kernel, SdkRetries mode, std::uint32_t retry, const Key& key);

}  // namespace weir
