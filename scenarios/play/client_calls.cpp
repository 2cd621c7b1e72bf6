#include "scenarios/play/client_calls.hpp"

#include "sim/function/call_tries.hpp"
#include "sim/function/sdk_retries.hpp"
#include "sim/kernel/door.hpp"

namespace weir {

namespace {

Key key_of(const ClientCall& call) {
  if (call.sdk_retries != SdkRetries::none) return key_of_try(call.caller, call.number, call.retried);
  return call.number == 0 ? call.caller : call.caller / Key("page", call.number);
}

template <class Request>
typename Request::Answer carry_out(World& world, const ClientCall& call, const Request& request, const Key& key) {
  if constexpr (requires { world.call(request, call.actor, key); })
    return world.call(request, call.actor, key);
  else
    return world.call(request, call.actor);
}

template <class Request>
typename Request::Answer tried(World& world, const ClientCall& call, const Request& request) {
  const Key key = key_of(call);
  if (call.sdk_retries == SdkRetries::none) return carry_out(world, call, request, key);
  constexpr ApiOperation operation = operation_of<Request>;
  const Fate fate = decide_fate(world.kernel(), key, call.actor, call.number, service_of(operation));
  if (fate == Fate::done) return carry_out(world, call, request, key);
  if (fate == Fate::error_done) (void)carry_out(world, call, request, key);
  return *refusal_for(fate, operation, world.on_demand(first_table(request)));
}

}  // namespace

ClientAnswer try_once(World& world, const ClientCall& call) {
  return std::visit([&](const auto& request) -> ClientAnswer { return tried(world, call, request); }, call.request);
}

std::optional<NextTry> next_try(Kernel& kernel, ClientCall& call, const ClientAnswer& answer) {
  const ServiceError error = std::visit([](const auto& one) { return one.error(); }, answer);
  if (!tries_again(call.sdk_retries, call.retried, error)) return std::nullopt;
  call.retried += 1;
  const FactIndex retried = kernel.note(CallRetried{call.actor, call.number, call.retried, error});
  return NextTry{back_off(kernel, call.sdk_retries, call.retried, key_of(call)), retried};
}

}  // namespace weir
