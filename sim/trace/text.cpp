#include "sim/trace/text.hpp"

#include <algorithm>
#include <type_traits>

#include "sim/data/json.hpp"

namespace weir {

namespace {

template <class Names, class Id>
auto place_in(Names& names, Id id) {
  // Ids count up from 0: as a rule each name stands at its own.
  if (id.value < names.size() && names[id.value].first == id) return names.begin() + id.value;
  return std::lower_bound(names.begin(), names.end(), id, [](const auto& name, Id wanted) { return name.first < wanted; });
}

template <class Names, class Id>
std::string name_in(const Names& names, Id id, const char* kind) {
  const auto found = place_in(names, id);
  if (found != names.end() && found->first == id) return found->second;
  return std::string(kind) + " " + std::to_string(id.value);
}

template <class Names, class Id>
void learn_name(Names& names, Id id, const std::string& name) {
  if (names.empty()) names.reserve(4);
  const auto at = names.empty() || names.back().first < id ? names.end() : place_in(names, id);
  if (at != names.end() && at->first == id)
    at->second = name;
  else
    names.emplace(at, id, name);
}

class FieldWriter {
 public:
  explicit FieldWriter(const FactWriter& names) : names_(names) {}
  std::string text;

  template <class T>
  void operator()(std::string_view name, const T& value) {
    const std::string shown = show(value);
    if (shown.empty()) return;
    if (!text.empty()) text += ' ';
    text += name;
    text += '=';
    text += shown;
  }

 private:
  std::string show(std::uint64_t v) const { return v == no_fact ? "" : std::to_string(v); }
  std::string show(std::uint32_t v) const { return std::to_string(v); }
  std::string show(std::int64_t v) const { return std::to_string(v); }
  std::string show(bool v) const { return v ? "yes" : ""; }
  std::string show(Duration v) const { return to_text(v); }
  std::string show(const std::string& v) const {  // a fact is one line, whatever a text in it holds
    std::string one_line;
    one_line.reserve(v.size());
    for (const char c : v)
      if (c == '\n')
        one_line += "\\n";
      else
        one_line += c;
    return one_line;
  }
  std::string show(const Item& v) const { return v.empty() ? "" : to_plain_text(v); }
  std::string show(const ItemKey& v) const { return v.to_text(); }
  std::string show(const Actor& v) const { return names_.actor_name(v); }
  std::string show(const RecordList& v) const {
    std::string list = "[";
    for (const RecordId& id : *v) list += (list.size() > 1 ? "," : "") + std::to_string(id.value);
    return list + "]";
  }
  std::string show(TableId v) const { return names_.table_name(v); }
  std::string show(IndexId v) const { return names_.index_name(v); }
  std::string show(MappingId v) const { return names_.mapping_name(v); }
  std::string show(FunctionId v) const { return names_.function_name(v); }
  std::string show(ReaderId v) const { return names_.reader_name(v); }
  std::string show(QueueId v) const { return names_.queue_name(v); }
  std::string show(ShardId v) const { return v == no_shard ? "" : names_.shard_path(v); }
  std::string show(SequenceNumber v) const { return to_wire(v); }
  template <class Tag, class Rep>
  std::string show(const Strong<Tag, Rep>& v) const {
    return std::to_string(v.value);
  }
  std::string show(ServiceError v) const { return std::string(short_name(v)); }
  template <class E>
  requires std::is_enum_v<E> std::string show(E v)
  const { return std::string(to_text(v)); }

  const FactWriter& names_;
};

}  // namespace

std::string FactWriter::table_name(TableId id) const { return name_in(tables_, id, "table"); }
bool FactWriter::is_far_table(TableId id, std::string_view name) const {
  const auto found = place_in(tables_, id);
  return found != tables_.end() && found->first == id && found->second == name;
}
std::string FactWriter::index_name(IndexId id) const { return name_in(indexes_, id, "index"); }
std::string FactWriter::mapping_name(MappingId id) const { return name_in(mappings_, id, "mapping"); }
std::string FactWriter::function_name(FunctionId id) const { return name_in(functions_, id, "function"); }
std::string FactWriter::reader_name(ReaderId id) const { return name_in(readers_, id, "reader"); }
std::string FactWriter::queue_name(QueueId id) const { return name_in(queues_, id, "queue"); }
std::string FactWriter::shard_path(ShardId id) const { return name_in(shards_, id, "shard"); }

std::string FactWriter::actor_name(const Actor& actor) const {
  switch (actor.kind) {
    case ActorKind::loader:
    case ActorKind::ttl:
      return std::string(to_text(actor.kind));
    case ActorKind::reader:
      return reader_name(ReaderId{static_cast<ReaderId::rep>(actor.id)});
    default:
      return std::string(to_text(actor.kind)) + " " + std::to_string(actor.id);
  }
}

void FactWriter::learn(const Fact& fact) {
  if (const auto* table = fact.as<TableDeclared>()) learn_name(tables_, table->table, table->table_name);
  if (const auto* table = fact.as<TableAwaited>()) learn_name(tables_, table->table, table->table_name);
  if (const auto* index = fact.as<IndexDeclared>()) learn_name(indexes_, index->index, index->index_name);
  if (const auto* reader = fact.as<ReaderStarted>()) learn_name(readers_, reader->reader, reader->reader_name);
  if (const auto* queue = fact.as<QueueDeclared>()) learn_name(queues_, queue->queue, queue->queue_name);
  if (const auto* shard = fact.as<ShardOpened>()) learn_name(shards_, shard->shard, shard->path);
  if (const auto* updated = fact.as<MappingUpdated>()) learn_name(functions_, updated->function, updated->function_name);
  if (const auto* function = fact.as<FunctionDeclared>()) learn_name(functions_, function->function, function->function_name);
  if (const auto* mapping = fact.as<MappingDeclared>()) {
    learn_name(mappings_, mapping->mapping, mapping->mapping_name);
    learn_name(functions_, mapping->function, mapping->function_name);
  }
}

std::string FactWriter::fields(const Fact& fact) {
  learn(fact);
  FieldWriter writer(*this);
  std::visit([&](const auto& body) { body.each(writer); }, fact.what);
  return std::move(writer.text);
}

std::string FactWriter::line(const Fact& fact) {
  std::string text = to_text(fact.at) + "  #" + std::to_string(fact.index);
  if (fact.cause != no_fact) text += " <- " + std::to_string(fact.cause);
  text += "  ";
  text += fact.name();
  const std::string rest = fields(fact);
  return rest.empty() ? text : text + "  " + rest;
}

std::vector<std::string> lines_of(const std::vector<Fact>& facts) {
  FactWriter writer;
  std::vector<std::string> lines;
  lines.reserve(facts.size());
  for (const Fact& fact : facts) lines.push_back(writer.line(fact));
  return lines;
}

std::optional<Difference> first_difference(const std::vector<Fact>& left, const std::vector<Fact>& right) {
  const std::size_t common = std::min(left.size(), right.size());
  std::size_t i = 0;
  while (i < common && hash_fact({}, left[i]) == hash_fact({}, right[i])) ++i;
  if (i == left.size() && i == right.size()) return std::nullopt;
  const auto line_at = [&](const std::vector<Fact>& facts) {
    if (i >= facts.size()) return std::string("(end)");
    FactWriter writer;
    for (std::size_t j = 0; j < i; ++j) writer.learn(facts[j]);
    return writer.line(facts[i]);
  };
  return Difference{i, line_at(left), line_at(right)};
}

}  // namespace weir
