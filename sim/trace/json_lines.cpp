#include "sim/trace/json_lines.hpp"

#include <type_traits>

#include "sim/data/json.hpp"

namespace weir {

namespace {

class FieldWriter {
 public:
  FieldWriter(std::string& out, const FactWriter& names, bool first) : out_(out), names_(names), first_(first) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name == "kind" ? "change" : name;
    out_ += std::is_same_v<T, Duration> ? "_us\":" : "\":";
    put(value);
  }

 private:
  void string(std::string_view text) { append_json_string(out_, text); }

  void put(std::uint64_t v) { out_ += v == no_fact ? "null" : std::to_string(v); }
  void put(std::uint32_t v) { out_ += std::to_string(v); }
  void put(std::int64_t v) { out_ += std::to_string(v); }
  void put(bool v) { out_ += v ? "true" : "false"; }
  void put(Duration v) { out_ += std::to_string(v.count()); }
  void put(const std::string& v) { string(v); }
  void put(const Item& v) { out_ += v.empty() ? "null" : to_plain_text(v); }
  void put(const ItemKey& v) { string(v.to_text()); }
  void put(const Actor& v) { string(names_.actor_name(v)); }
  void put(const RecordList& v) {
    out_ += '[';
    if (v)
      for (std::size_t i = 0; i < v->size(); ++i) out_ += (i > 0 ? "," : "") + std::to_string((*v)[i].value);
    out_ += ']';
  }
  void put(TableId v) { string(names_.table_name(v)); }
  void put(IndexId v) { string(names_.index_name(v)); }
  void put(MappingId v) { string(names_.mapping_name(v)); }
  void put(FunctionId v) { string(names_.function_name(v)); }
  void put(ReaderId v) { string(names_.reader_name(v)); }
  void put(QueueId v) { string(names_.queue_name(v)); }
  void put(ShardId v) {
    if (v == no_shard)
      out_ += "null";
    else
      string(names_.shard_path(v));
  }
  void put(SequenceNumber v) { string(to_wire(v)); }
  template <class Tag, class Rep>
  void put(const Strong<Tag, Rep>& v) {
    out_ += std::to_string(v.value);
  }
  void put(ServiceError v) { string(short_name(v)); }
  template <class E>
  requires std::is_enum_v<E>
  void put(E v) { string(to_text(v)); }

  std::string& out_;
  const FactWriter& names_;
  bool first_;
};

}  // namespace

std::string fact_json(const Fact& fact, const FactWriter& names) {
  std::string out =
      "{\"fact\":" + std::to_string(fact.index) + ",\"at_us\":" + std::to_string(fact.at.time_since_epoch().count());
  out += ",\"cause\":" + (fact.cause == no_fact ? std::string("null") : std::to_string(fact.cause));
  out += ",\"kind\":\"";
  out += fact.name();
  out += '"';
  FieldWriter writer(out, names, false);
  std::visit([&](const auto& body) { body.each(writer); }, fact.what);
  return out += '}';
}

std::string fact_fields_json(const Fact& fact, const FactWriter& names) {
  std::string out = "{";
  FieldWriter writer(out, names, true);
  std::visit([&](const auto& body) { body.each(writer); }, fact.what);
  return out += '}';
}

}  // namespace weir
