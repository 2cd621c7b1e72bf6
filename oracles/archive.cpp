// O-ARCH: an archive row exists exactly for an item that TTL removed.                [TTL-7] [TTL-8] [REC-6]
//
//   life      one life of an item: the source's key attributes and, where given, the attribute `incarnation`, which differs
//   from
//             life to life (a creation time, a revision). Archive rows carry these attributes under the same names.
//   ground    each write of a consumer into the archive (not a removal) is for a life that TTL had ended by then
//   complete  at the end each life that TTL ended has its row; judged once nothing that may bear on the archive is unfinished
//             (elsewhere.hpp), else unknown
#include <map>

#include "oracles/elsewhere.hpp"
#include "oracles/entries.hpp"
#include "oracles/table_state.hpp"

namespace weir {

namespace {

class Archive final : public WatchingElsewhere<Archive, RunEnded> {
 public:
  Archive(const OracleInfo& info, const OracleSpec& spec)
      : Watching(info),
        source_(text_of(spec, "source")),
        archive_(text_of(spec, "archive")),
        elsewhere_(source_, archive_),
        incarnation_(text_of(spec, "incarnation")) {}

 private:
  friend Watching;

  struct Turn {  // when a life began or ended
    ItemKey key;
    FactIndex written = no_fact;
    Instant at{};
  };

  template <class Kind>
  void on(const Kind& kind, const Fact& fact) {
    elsewhere_.hear(kind, fact);
  }
  void on(const TableDeclared& declared, const Fact& fact) {
    elsewhere_.hear(declared, fact);
    if (declared.table_name != source_) return;
    life_attributes_ = {declared.partition_key};
    if (!declared.sort_key.empty()) life_attributes_.push_back(declared.sort_key);
    if (!incarnation_.empty()) life_attributes_.push_back(incarnation_);
  }
  void on(const StreamEnabled& enabled, const Fact& fact) {
    elsewhere_.hear(enabled, fact);
    if (is_table(enabled.table, source_)) capture_.enabled();
  }
  void on(const Appended& appended, const Fact& fact) {
    elsewhere_.hear(appended, fact);
    if (is_table(appended.table, source_)) capture_.appended();
  }

  void on(const Written& written, const Fact& fact) {
    elsewhere_.hear(written, fact);
    if (is_table(written.table, source_)) source_changed(written, fact);
    if (!is_table(written.table, archive_)) return;
    archived_.apply(written, fact);
    if (written.kind == ChangeKind::remove || !written.actor.is_consumer()) return;
    archive_writes_ += 1;
    const std::string life = life_of(written.new_image);
    if (!ended_by_ttl_.count(life)) object_ground(written, life, fact);
  }
  void source_changed(const Written& written, const Fact& fact) {
    capture_.wrote(fact);
    const std::string before = life_of(written.old_image), now = life_of(written.new_image);
    const Turn change{written.key, fact.index, fact.at};
    if (written.actor.kind == ActorKind::ttl) {
      ended_by_ttl_.insert_or_assign(before, change);
    } else if (!written.old_image.empty() && before != now) {
      ended_otherwise_.insert_or_assign(before, change);
    }
    if (!written.new_image.empty()) begun_.insert_or_assign(now, change);
  }
  void object_ground(const Written& written, const std::string& life, const Fact& fact) {
    const std::string what =
        "row " + written.key.to_text() + " is written into " + archive_ + " at " + to_text(fact.at) + ", but ";
    const auto begun = begun_.find(life), ended = ended_otherwise_.find(life);
    if (begun == begun_.end()) return violate(what + source_ + " never had such an item", {fact.index});
    const std::string item = "item " + begun->second.key.to_text() + " of " + source_;
    if (ended == ended_otherwise_.end() || ended->second.written < begun->second.written)
      return violate(what + item + " is alive", {begun->second.written, fact.index});
    violate(what + "it was no expiry that ended that life of " + item + " at " + to_text(ended->second.at),
            {begun->second.written, ended->second.written, fact.index});
  }

  void on(const RunEnded& ended, const Fact& fact) {
    ended_ = true;
    if (ended.unfinished > elsewhere_.left() || !capture_.quiet(fact.at)) {
      quiet_ = false;
      return;
    }
    std::map<std::string, bool> present;
    for (const auto& [hash, row] : archived_.rows())
      if (!row.item.empty()) present[life_of(row.item)] = true;
    for (const auto& [life, end] : ended_by_ttl_)
      if (!present.count(life))
        return violate("TTL deleted item " + end.key.to_text() + " of " + source_ + " at " + to_text(end.at) + ", but " +
                           archive_ + " has no row of that life at the end",
                       {end.written, fact.index});
  }
  void finish() override {
    if (ended_by_ttl_.empty() && archive_writes_ == 0)
      unknown("TTL deleted nothing from " + source_);
    else if (!ended_)
      unknown("the trace stops before the end of the run");
    else if (!quiet_)
      unknown("something that may bear on " + archive_ + " was unfinished when the run ended");
  }

  // The identity of a life as text; distinct for distinct lives.
  std::string life_of(const Item& item) const {
    std::string life;
    for (const std::string& name : life_attributes_) {
      const std::string_view encoded = item.find_encoded(name);
      life += std::to_string(encoded.size()) + ":";
      life += encoded;
    }
    return life;
  }

  std::string source_, archive_;
  Elsewhere elsewhere_;
  std::string incarnation_;
  std::vector<std::string> life_attributes_;
  TableState archived_;
  std::map<std::string, Turn> begun_, ended_by_ttl_, ended_otherwise_;  // the latest of each, by life
  Capture capture_;
  std::uint64_t archive_writes_ = 0;
  bool ended_ = false, quiet_ = true;
};

}  // namespace

OracleEntry archive_entry() {
  return {{.name = "O-ARCH",
           .rules = "TTL-7 TTL-8 REC-6",
           .promise = "An archive row exists exactly for items that really were removed by expiry.",
           .parameters = {{.name = "source", .meaning = "the table with the items that expire"},
                          {.name = "archive",
                           .meaning = "the table of the expired ones; its rows carry the source's key attributes"},
                          {.name = "incarnation",
                           .meaning = "attribute that differs from one life of an item to the next, in source and archive",
                           .required = false}}},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Archive>(info, spec);
          }};
}

}  // namespace weir
