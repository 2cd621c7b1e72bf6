// SharedBytes: an immutable run of bytes in one allocation, shared by an atomic reference count. The ground of Item and
// ItemKey.
//
//   empty     nothing allocated; hash 0, length 0
//   writing   only between allocate() and the first copy, through writable()
//   order     of the bytes, unsigned; equality looks at the stored hash first
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace weir {

class SharedBytes {
 public:
  constexpr SharedBytes() = default;
  SharedBytes(const SharedBytes& other) : head_(other.head_) { retain(); }
  SharedBytes(SharedBytes&& other) noexcept : head_(std::exchange(other.head_, nullptr)) {}
  SharedBytes& operator=(const SharedBytes& other) { return SharedBytes(other).swap(*this), *this; }
  SharedBytes& operator=(SharedBytes&& other) noexcept { return SharedBytes(std::move(other)).swap(*this), *this; }
  ~SharedBytes() { release(); }
  void swap(SharedBytes& other) noexcept { std::swap(head_, other.head_); }

  static SharedBytes allocate(std::uint32_t length) {
    SharedBytes bytes;
    bytes.head_ = new (::operator new(sizeof(Head) + length)) Head{};
    bytes.head_->length = length;
    return bytes;
  }
  char* writable() { return reinterpret_cast<char*>(head_ + 1); }
  void set_hash(std::uint64_t hash) {
    head_->hash_low = static_cast<std::uint32_t>(hash);
    head_->hash_high = static_cast<std::uint32_t>(hash >> 32);
  }
  void set_note(std::uint32_t note) { head_->note = note; }

  bool empty() const { return head_ == nullptr; }
  std::string_view bytes() const {
    return head_ ? std::string_view(reinterpret_cast<const char*>(head_ + 1), head_->length) : std::string_view();
  }
  std::uint64_t hash() const { return head_ ? std::uint64_t{head_->hash_high} << 32 | head_->hash_low : 0; }
  std::uint32_t note() const { return head_ ? head_->note : 0; }
  std::size_t allocated_bytes() const { return head_ ? sizeof(Head) + head_->length : 0; }

  friend bool operator==(const SharedBytes& a, const SharedBytes& b) {
    return a.head_ == b.head_ || (a.hash() == b.hash() && a.bytes() == b.bytes());
  }
  friend std::strong_ordering operator<=>(const SharedBytes& a, const SharedBytes& b) {
    return a.head_ == b.head_ ? std::strong_ordering::equal : a.bytes().compare(b.bytes()) <=> 0;
  }

 private:
  struct Head {  // in halves: a word of 64 bits would cost another four bytes, in front of every item and key
    std::atomic<std::uint32_t> owners{1};
    std::uint32_t length = 0;
    std::uint32_t note = 0;  // what the owner's class likes to know without reading the bytes
    std::uint32_t hash_low = 0, hash_high = 0;
  };
  static_assert(sizeof(Head) == 20);

  void retain() const {
    if (head_) head_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void release() {
    if (head_ && is_last()) {
      head_->~Head();
      ::operator delete(head_);
    }
  }

  // The only owner need not count: nobody is there to copy meanwhile.
  bool is_last() {
    return head_->owners.load(std::memory_order_acquire) == 1 || head_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  Head* head_ = nullptr;
};

}  // namespace weir
