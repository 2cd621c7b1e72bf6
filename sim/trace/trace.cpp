#include "sim/trace/trace.hpp"

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

namespace weir {

namespace {

constexpr FactMask known_facts = ~FactMask{0} >> (128 - fact_kinds);

// Collects a fact's fields as 64-bit words; long lists spill into the hash early.
class Words {
 public:
  explicit Words(Hash128 so_far) : hash_(so_far) {}

  void word(std::uint64_t w) {
    if (size_ == words_.size()) flush();
    words_[size_++] = w;
  }
  Hash128 finish() {
    flush();
    return hash_;
  }

  template <class T>
  void operator()(std::string_view, const T& value) {
    add(value);
  }

 private:
  void add(std::uint64_t v) { word(v); }
  void add(std::uint32_t v) { word(v); }
  void add(std::int64_t v) { word(static_cast<std::uint64_t>(v)); }
  void add(bool v) { word(v ? 1 : 0); }
  void add(Duration v) { word(static_cast<std::uint64_t>(v.count())); }
  void add(const std::string& v) { word(hash64(v)); }
  void add(const Item& v) { word(v.hash()); }
  void add(const ItemKey& v) { word(v.hash()); }
  void add(const Actor& v) { word((static_cast<std::uint64_t>(v.kind) << 56) ^ v.id); }
  void add(const RecordList& v) {
    word(v->size());
    for (const RecordId& id : *v) word(id.value);
  }
  template <class Tag, class Rep>
  void add(const Strong<Tag, Rep>& v) {
    word(static_cast<std::uint64_t>(v.value));
  }
  template <class E>
  requires std::is_enum_v<E>
  void add(E v) { word(static_cast<std::uint64_t>(v)); }

  void flush() {
    hash_ = hash_more(hash_, words_.data(), size_ * sizeof(std::uint64_t));
    size_ = 0;
  }

  std::array<std::uint64_t, 30> words_;
  std::size_t size_ = 0;
  Hash128 hash_;
};

}  // namespace

Hash128 hash_fact(Hash128 so_far, const Fact& fact) {
  Words words(so_far);
  words.word(fact.index);
  words.word(fact.cause);
  words.word(static_cast<std::uint64_t>(fact.at.time_since_epoch().count()));
  words.word(fact.what.index());
  std::visit([&](const auto& body) { body.each(words); }, fact.what);
  return words.finish();
}

FactIndex Trace::take(Fact&& passing) {
  const FactIndex index = size_++;
  const Fact* const fact = keep_ ? &facts_.emplace_back(std::move(passing)) : &passing;
  hash_ = hash_fact(hash_, *fact);
  if (!sorted_) sort_observers();
  const std::size_t kind = fact->what.index();
  for (std::uint32_t i = first_[kind]; i < first_[kind + 1]; ++i) observers_[i]->observe(*fact);
  return index;
}

void Trace::note_choice(std::uint64_t site, std::uint64_t key, std::int64_t value) {
  // Two multiplications, not a full hash: a choice is three words, and runs ask for many.
  const std::uint64_t folded = mix(mix(site, key), static_cast<std::uint64_t>(value));
  hash_.low = mix(hash_.low, folded);
  hash_.high = hash_.high * 0x9e3779b97f4a7c15ULL + folded;
}

void Trace::subscribe(FactObserver& observer, FactMask kinds) {
  subscriptions_.push_back({&observer, kinds});
  sorted_ = false;
}

// Counted first, then each put in its place: a kind costs only those who want it.
void Trace::sort_observers() {
  const auto each_kind = [](FactMask kinds, const auto& f) {
    kinds &= known_facts;
    for (std::size_t half = 0; half < 128; half += 64)
      for (auto bits = static_cast<std::uint64_t>(kinds >> half); bits != 0; bits &= bits - 1)
        f(half + static_cast<std::size_t>(std::countr_zero(bits)));
  };
  first_.fill(0);
  for (const Subscription& each : subscriptions_) each_kind(each.kinds, [&](std::size_t kind) { first_[kind + 1] += 1; });
  for (std::size_t kind = 0; kind < fact_kinds; ++kind) first_[kind + 1] += first_[kind];
  observers_.resize(first_[fact_kinds]);
  auto next = first_;
  for (const Subscription& each : subscriptions_)
    each_kind(each.kinds, [&](std::size_t kind) { observers_[next[kind]++] = each.observer; });
  sorted_ = true;
}

}  // namespace weir
