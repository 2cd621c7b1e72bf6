#pragma once
namespace weir {
class Shard;
struct Part {};
template <>
struct Codec<int> {};
template <>
struct Codec<long> {};
class Page final {
  struct Part {};
};
}  // namespace weir
