#pragma once
namespace weir {
struct Page {
  int first = 0;
};
class Shard;
template <class T>
struct Codec;
namespace detail {
struct Part {};
}  // namespace detail
}  // namespace weir
