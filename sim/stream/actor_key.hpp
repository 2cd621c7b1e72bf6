// Who asks, as a part of a choice's key; and the stream of a refusal that concerns none.
#pragma once

#include "sim/data/ids.hpp"
#include "sim/plan/key.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

inline constexpr StreamId no_stream{~std::uint32_t{0}};

inline Key& add_actor(Key& key, const Actor& actor) {
  switch (actor.kind) {
    case ActorKind::client:
      return key.add("client", actor.id);
    case ActorKind::loader:
      return key.add("loader", actor.id);
    case ActorKind::invocation:
      return key.add("invocation", actor.id);
    case ActorKind::reader:
      return key.add("reader", actor.id);
    case ActorKind::ttl:
      return key.add("ttl", actor.id);
  }
  return key;
}

}  // namespace weir
