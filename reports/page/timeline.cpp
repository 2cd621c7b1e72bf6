#include "reports/page/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "reports/page/html.hpp"
#include "reports/story/story.hpp"
#include "reports/wording/wording.hpp"

namespace weir {

namespace {

constexpr double left_edge = 190, lane_height = 34, top_edge = 34;

// Instants to x: each distinct instant gets a step, a longer wait a wider one.
class Axis {
 public:
  explicit Axis(const std::set<Instant>& instants) {
    double x = left_edge + 14;
    const Instant* before = nullptr;
    for (const Instant& at : instants) {
      if (before) {
        double step = 16;
        for (std::int64_t wait = (at - *before).count(); wait > 1000; wait /= 10) step += 4.5;
        x += step;
      }
      places_.emplace(at, x);
      before = &places_.find(at)->first;
    }
    width_ = std::max(1000.0, x + 60);
  }
  double x(Instant at) const {
    const auto found = places_.lower_bound(at);
    return found == places_.end() ? width_ - 30 : found->second;
  }
  double width() const { return width_; }
  const std::map<Instant, double>& places() const { return places_; }

 private:
  std::map<Instant, double> places_;
  double width_ = 0;
};

struct Attempt {
  Instant from{}, to{};
  bool ended = false;
  const InvocationStarted* start = nullptr;
  const InvocationEnded* end = nullptr;
  FactIndex index = 0;
};

struct Gap {  // in what is drawn
  std::uint64_t events = 0;
  Instant from{}, to{};
};

struct Lane {
  std::string label;
  int depth = 0;
  double y = 0;
};

class Drawing {
 public:
  Drawing(const std::vector<Fact>& trace, const std::vector<FactIndex>& evidence, std::size_t most)
      : trace_(trace), evidence_(evidence) {
    // What comes after the proof adds nothing to it. Of what comes before it the begin shows how things stood, and the end how
    // it came about.
    if (!evidence.empty()) last_ = evidence.back();
    for (const Fact& fact : trace) {
      names_.learn(fact);
      if (drawable(fact) && fact.index <= last_) facts_.push_back(&fact);
    }
    if (facts_.size() <= most) return;
    const auto from = facts_.begin() + static_cast<std::ptrdiff_t>(most / 3);
    const auto to = facts_.end() - static_cast<std::ptrdiff_t>(most - most / 3);
    gap_ = Gap{static_cast<std::uint64_t>(to - from), (*from)->at, (*to)->at};
    facts_.erase(from, to);
  }

  std::string svg() {
    lay_lanes();
    std::set<Instant> instants;
    for (const Fact* fact : facts_) instants.insert(fact->at);
    if (instants.empty()) return "<p>Nothing to draw.</p>";
    const Axis axis(instants);
    const double height = top_edge + lane_height * static_cast<double>(lanes_.size()) + 26;
    std::string body;
    draw_lanes(axis, body);
    draw_ticks(axis, height, body);
    draw_marks_below(axis, height, body);
    draw_shards(axis, body);
    draw_ttl_windows(axis, body);
    draw_rests(axis, body);
    for (const Fact* fact : facts_) draw_fact(*fact, axis, body);
    draw_attempts(axis, body);
    draw_gap(axis, height, body);
    std::string text = fmt::format(
        "<div class=\"scroll\"><svg class=\"timeline\" width=\"{:.0f}\" height=\"{:.0f}\" viewBox=\"0 0 {:.0f} {:.0f}\" "
        "role=\"img\" "
        "aria-label=\"timeline of the run\">{}</svg></div>",
        axis.width(), height, axis.width(), height, body);
    if (gap_)
      text += fmt::format("<p class=\"note\">{} from {} to {} left out, where the dashed line is.</p>",
                          counted(gap_->events, "event"), to_text(gap_->from), to_text(gap_->to));
    return text;
  }

 private:
  static bool drawable(const Fact& fact) {
    return fact.as<Written>() || fact.as<Appended>() || fact.as<InvocationStarted>() || fact.as<InvocationEnded>() ||
           fact.as<ShardOpened>() || fact.as<ShardClosed>() || fact.as<Trimmed>() || fact.as<TtlJudged>() ||
           fact.as<PageRead>() || fact.as<Settled>() || fact.as<RunEnded>() || fact.as<MappingStateChanged>() ||
           fact.as<PollerLost>() || fact.as<Replayed>();
  }

  Lane& lane(const std::string& id, std::string label, int depth) {
    const auto [at, is_new] = lane_of_.try_emplace(id, lanes_.size());
    if (is_new) lanes_.push_back({std::move(label), depth, 0});
    return lanes_[at->second];
  }
  static std::string table_id(TableId t) { return "t" + std::to_string(t.value); }
  static std::string shard_id(ShardId s) { return "s" + std::to_string(s.value); }
  static std::string reader_id(std::uint64_t reader, ShardId s) {
    return "r" + std::to_string(reader) + "s" + std::to_string(s.value);
  }
  static std::string batch_id(MappingId m, ShardId s) { return "m" + std::to_string(m.value) + "s" + std::to_string(s.value); }

  // A table, then the shards of its stream, each with the mappings and readers that read it; tables without a stream at the
  // end.
  void lay_lanes() {
    std::set<TableId> written;
    std::map<TableId, std::vector<ShardId>> shards;
    std::map<ShardId, std::set<MappingId>> mappings;
    std::map<ShardId, std::set<std::uint64_t>> readers;
    std::map<StreamId, TableId> table_of;
    for (const Fact& fact : trace_) {
      if (const auto* stream = fact.as<StreamEnabled>()) table_of[stream->stream] = stream->table;
      if (const auto* opened = fact.as<ShardOpened>(); opened) {
        shards[table_of[opened->stream]].push_back(opened->shard);
        parents_[opened->shard] = opened->parent;
        opened_[opened->shard] = fact.at;
      }
      if (const auto* closed = fact.as<ShardClosed>()) closed_[closed->shard] = fact.at;
      if (const auto* started = fact.as<InvocationStarted>()) mappings[started->shard].insert(started->mapping);
      if (const auto* page = fact.as<PageRead>(); page && page->actor.kind == ActorKind::reader)
        readers[page->shard].insert(page->actor.id);
      if (const auto* write = fact.as<Written>()) written.insert(write->table);
      if (const auto* appended = fact.as<Appended>()) used_.insert(appended->shard);
    }
    for (const auto& [table, list] : shards) {
      if (written.contains(table)) lane(table_id(table), names_.table_name(table), 0);
      for (const ShardId shard : list) {
        // Shards that never held a record say nothing, unless a child of theirs does.
        if (!used_.contains(shard) && !has_used_child(shard)) continue;
        lane(shard_id(shard), "shard " + names_.shard_path(shard), 1);
        for (const MappingId mapping : mappings[shard]) {
          lane(batch_id(mapping, shard), names_.mapping_name(mapping), 2);
          read_by_[mapping].push_back(shard);
        }
        for (const std::uint64_t reader : readers[shard])
          lane(reader_id(reader, shard), names_.reader_name(ReaderId{static_cast<ReaderId::rep>(reader)}), 2);
      }
    }
    for (const TableId table : written) lane(table_id(table), names_.table_name(table), 0);
    for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i].y = top_edge + lane_height * (static_cast<double>(i) + 0.5);
  }
  bool has_used_child(ShardId shard) const {
    return std::any_of(parents_.begin(), parents_.end(),
                       [&](const auto& entry) { return entry.second == shard && used_.contains(entry.first); });
  }
  std::optional<double> y_of(const std::string& id) const {
    const auto found = lane_of_.find(id);
    return found == lane_of_.end() ? std::nullopt : std::optional(lanes_[found->second].y);
  }

  void draw_lanes(const Axis& axis, std::string& body) const {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const Lane& l = lanes_[i];
      body += fmt::format("<rect class=\"lane{}\" x=\"0\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.0f}\"/>", i % 2,
                          l.y - lane_height / 2, axis.width(), lane_height);
      body +=
          fmt::format("<text class=\"label\" x=\"{}\" y=\"{:.1f}\">{}</text>", 8 + 14 * l.depth, l.y + 4, escape_html(l.label));
    }
  }
  void draw_ticks(const Axis& axis, double height, std::string& body) const {
    double last = -1000;
    for (const auto& [at, x] : axis.places()) {
      if (x - last < 118) continue;
      last = x;
      body += fmt::format(
          "<line class=\"tick\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.0f}\"/><text class=\"time\" x=\"{0:.1f}\" "
          "y=\"20\">{3}</text>",
          x, top_edge - 8, height - 20, to_text(at));
    }
  }
  void draw_marks_below(const Axis& axis, double height, std::string& body) const {
    if (evidence_.empty() || evidence_.back() >= trace_.size()) return;
    const double x = axis.x(trace_[evidence_.back()].at);
    body += fmt::format(
        "<line class=\"violation\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.0f}\"/><text class=\"violation\" "
        "x=\"{0:.1f}\" y=\"{3:.0f}\">violation</text>",
        x, top_edge - 6, height - 22, height - 8);
  }
  void draw_gap(const Axis& axis, double height, std::string& body) const {
    if (!gap_) return;
    body += fmt::format("<line class=\"gap\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.0f}\"/>", axis.x(gap_->to) - 9,
                        top_edge - 6, height - 22);
  }
  void draw_shards(const Axis& axis, std::string& body) const {
    for (const auto& [shard, opened] : opened_) {
      const auto y = y_of(shard_id(shard));
      if (!y) continue;
      const auto closed = closed_.find(shard);
      const double to = closed == closed_.end() ? axis.width() - 20 : axis.x(closed->second);
      body += fmt::format("<rect class=\"shard\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"14\" rx=\"3\"/>",
                          axis.x(opened) - 6, *y - 7, std::max(8.0, to - axis.x(opened) + 6));
      const ShardId parent = parents_.at(shard);
      if (const auto parent_y = parent == no_shard ? std::nullopt : y_of(shard_id(parent)))
        body += fmt::format("<path class=\"lineage\" d=\"M{0:.1f},{1:.1f} L{0:.1f},{2:.1f}\"/>", axis.x(opened) - 2,
                            *parent_y + 7, *y - 7);
    }
  }
  // From the expiry an item carried to the moment the deleter came to it.
  void draw_ttl_windows(const Axis& axis, std::string& body) const {
    std::int64_t epoch = 0;
    for (const Fact& fact : trace_)
      if (const auto* start = fact.as<RunStarted>()) epoch = start->epoch_unix;
    for (const Fact* fact : facts_) {
      const auto* judged = fact->as<TtlJudged>();
      const auto y = judged ? y_of(table_id(judged->table)) : std::nullopt;
      if (!y) continue;
      const double from = axis.x(Instant(std::chrono::seconds(std::max<std::int64_t>(0, judged->expiry - epoch))));
      const double to = axis.x(fact->at);
      body += fmt::format(
          "<rect class=\"ttl\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"6\"><title>TTL window of {}: expired, {} at "
          "the end</title></rect>",
          std::min(from, to), *y + 9, std::max(4.0, to - from), escape_html(judged->key.to_text()), to_text(judged->verdict));
    }
  }
  void draw_rests(const Axis& axis, std::string& body) const {
    std::map<MappingId, const Fact*> since;
    const auto draw = [&](MappingId mapping, const Fact& from, double end) {
      const auto shards = read_by_.find(mapping);
      if (shards == read_by_.end()) return;
      const double x = axis.x(from.at);
      for (const ShardId shard : shards->second)
        body += fmt::format(
            "<rect class=\"rest\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"16\"><title>{}  mapping {} is {}"
            "</title></rect>",
            x, y_of(batch_id(mapping, shard)).value_or(0) - 8, std::max(4.0, end - x), to_text(from.at),
            escape_html(names_.mapping_name(mapping)), to_text(from.as<MappingStateChanged>()->state));
    };
    for (const Fact& one : trace_) {
      const Fact* fact = &one;
      const auto* changed = fact->as<MappingStateChanged>();
      if (!changed || fact->index > last_) continue;
      const MappingState state = changed->state;
      if (state == MappingState::creating || state == MappingState::enabling || state == MappingState::disabled) {
        since.try_emplace(changed->mapping, fact);
      } else if (const auto rest = since.find(changed->mapping); rest != since.end() && state != MappingState::updating) {
        draw(changed->mapping, *rest->second, axis.x(fact->at));
        since.erase(rest);
      }
    }
    for (const auto& [mapping, from] : since) draw(mapping, *from, axis.width() - 20);
  }
  void ring(const Fact& fact, double x, double y, std::string& body) const {
    if (std::binary_search(evidence_.begin(), evidence_.end(), fact.index))
      body += fmt::format("<circle class=\"ring\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"11\"/>", x, y);
  }
  std::string title(const Fact& fact) {
    FactWriter names = names_;
    return fmt::format("<title>{}  {}</title>", to_text(fact.at), escape_html(sentence_of(fact, names).text));
  }
  void draw_fact(const Fact& fact, const Axis& axis, std::string& body) {
    const double x = axis.x(fact.at);
    if (const auto* write = fact.as<Written>()) {
      const auto y = y_of(table_id(write->table));
      if (!y) return;
      body += fmt::format("<g><circle class=\"write {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>{}</g>",
                          to_text(write->actor.kind), x, *y, write->kind == ChangeKind::remove ? 4 : 6, title(fact));
      ring(fact, x, *y, body);
    } else if (const auto* record = fact.as<Appended>()) {
      const auto y = y_of(shard_id(record->shard));
      if (!y) return;
      body += fmt::format(
          "<g><rect class=\"record\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"14\" rx=\"2\"/><text class=\"number\" "
          "x=\"{:.1f}\" y=\"{:.1f}\">{}</text>{}</g>",
          x - 7, *y - 7, x, *y + 4, record->record.value, title(fact));
      ring(fact, x, *y, body);
    } else if (const auto* page = fact.as<PageRead>()) {
      const auto y = y_of(reader_id(page->actor.id, page->shard));
      if (!y) return;
      body += fmt::format("<g><rect class=\"attempt ok\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"10\" height=\"16\" rx=\"3\"/>{}</g>",
                          x - 5, *y - 8, title(fact));
      ring(fact, x, *y, body);
    } else if (const auto* trimmed = fact.as<Trimmed>()) {
      sign(fact, x, y_of(shard_id(trimmed->shard)), "trim", cross, body);
    } else if (const auto* lost = fact.as<PollerLost>()) {
      sign(fact, x, below(batch_id(lost->mapping, lost->shard)), "trim", small_cross, body);
    } else if (const auto* replayed = fact.as<Replayed>()) {
      sign(fact, x, below(batch_id(replayed->mapping, replayed->shard)), "back", arrow_back, body);
    }
  }
  static constexpr std::string_view cross = "m-5,-5 l10,10 m0,-10 l-10,10", small_cross = "m-3,-3 l6,6 m0,-6 l-6,6",
                                    arrow_back = "m7,0 h-12 m3,-3 l-3,3 l3,3";
  // Of a lane of attempts: clear of their boxes.
  std::optional<double> below(const std::string& id) const {
    const std::optional<double> y = y_of(id);
    return y ? std::optional(*y + 13) : std::nullopt;
  }
  void sign(const Fact& fact, double x, std::optional<double> y, std::string_view name, std::string_view path,
            std::string& body) {
    if (y) body += fmt::format("<g><path class=\"{}\" d=\"M{:.1f},{:.1f} {}\"/>{}</g>", name, x, *y, path, title(fact));
  }
  void draw_attempts(const Axis& axis, std::string& body) {
    std::map<InvocationId, Attempt> attempts;
    for (const Fact* fact : facts_) {
      if (const auto* start = fact->as<InvocationStarted>())
        attempts[start->invocation] = {fact->at, fact->at, false, start, nullptr, fact->index};
    }
    for (const Fact& fact : trace_) {
      const auto* end = fact.as<InvocationEnded>();
      const auto attempt = end && fact.index <= last_ ? attempts.find(end->invocation) : attempts.end();
      if (attempt == attempts.end()) continue;
      attempt->second.to = fact.at;
      attempt->second.end = end;
      attempt->second.ended = true;
    }
    for (const auto& [id, attempt] : attempts) {
      const auto y = y_of(batch_id(attempt.start->mapping, attempt.start->shard));
      if (!y) continue;
      const double from = axis.x(attempt.from),
                   to = std::max(from + 10, attempt.ended ? axis.x(attempt.to) : axis.width() - 20);
      const std::string_view how = !attempt.end                                    ? "open"
                                   : attempt.end->outcome != InvocationOutcome::ok ? "failed"
                                   : attempt.end->failures                         ? "partial"
                                                                                   : "ok";
      std::string records;
      for (const RecordId& record : *attempt.start->records)
        records += (records.empty() ? "" : " ") + std::to_string(record.value);
      const std::string outcome = attempt.end ? std::string(to_text(attempt.end->outcome)) : "not ended";
      body += fmt::format(
          "<g><rect class=\"attempt {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"16\" rx=\"3\"/><title>invocation "
          "{}: batch {}, attempt {}, records {}: {}</title></g>",
          how, from, *y - 8, to - from, id.value, attempt.start->batch, attempt.start->attempt, records, outcome);
      if (attempt.start->attempt > 0)
        body +=
            fmt::format("<text class=\"attempt\" x=\"{:.1f}\" y=\"{:.1f}\">#{}</text>", from, *y - 10, attempt.start->attempt);
      const Fact& fact = trace_[attempt.index];
      ring(fact, from + 5, *y, body);
    }
  }

  const std::vector<Fact>& trace_;
  const std::vector<FactIndex>& evidence_;
  FactWriter names_;
  FactIndex last_ = no_fact;  // that is looked at
  std::vector<const Fact*> facts_;
  std::optional<Gap> gap_;
  std::vector<Lane> lanes_;
  std::map<std::string, std::size_t> lane_of_;
  std::map<ShardId, ShardId> parents_;
  std::map<ShardId, Instant> opened_, closed_;
  std::set<ShardId> used_;
  std::map<MappingId, std::vector<ShardId>> read_by_;
};

}  // namespace

std::string draw_timeline(const std::vector<Fact>& trace, const std::vector<FactIndex>& evidence, std::size_t most) {
  return Drawing(trace, evidence, most).svg();
}

}  // namespace weir
