// Who did something: the one answer to "on whose behalf" in facts.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/data/ids.hpp"

namespace weir {

enum class ActorKind : std::uint8_t { client, loader, invocation, reader, ttl };

struct Actor {
  ActorKind kind = ActorKind::client;
  std::uint64_t id = 0;  // client number, InvocationId or ReaderId; 0 for loader and ttl

  static Actor of(InvocationId invocation) { return {ActorKind::invocation, invocation.value}; }
  static Actor of(ReaderId reader) { return {ActorKind::reader, reader.value}; }
  static Actor ttl() { return {ActorKind::ttl, 0}; }
  static Actor loader() { return {ActorKind::loader, 0}; }
  static Actor client(std::uint64_t number) { return {ActorKind::client, number}; }

  bool is_consumer() const { return kind == ActorKind::invocation || kind == ActorKind::reader; }
  friend bool operator==(const Actor&, const Actor&) = default;
};

constexpr std::string_view to_text(ActorKind kind) {
  switch (kind) {
    case ActorKind::client:
      return "client";
    case ActorKind::loader:
      return "loader";
    case ActorKind::invocation:
      return "invocation";
    case ActorKind::reader:
      return "reader";
    case ActorKind::ttl:
      return "ttl";
  }
  return "";
}

}  // namespace weir
