#include "reports/story/hindrances.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <tuple>

#include "reports/wording/wording.hpp"
#include "sim/trace/text.hpp"

namespace weir {

namespace {

std::string were(std::uint64_t n) { return n == 1 ? "was" : "were"; }

struct Lack {                                    // of a permission
  std::string function, role, action, resource;  // of the function that the mapping called then
  Instant since{};
};

struct Span {
  std::uint64_t count = 0;
  Instant first{}, last{};
  void add(Instant at, std::uint64_t times = 1) {
    if (count == 0) first = at;
    count += times;
    last = at;
  }
  std::string text() const {
    return first == last ? "at " + to_text(first) : fmt::format("from {} to {}", to_text(first), to_text(last));
  }
};

struct Held {  // a mapping
  std::string function;
  std::optional<Lack> lack;
  std::vector<std::string> sentences;
  std::map<std::tuple<FunctionId, ThrottledBy, std::int64_t>, Span> throttles;
  std::map<std::string, Span> lost;  // failure records, by why
  Span expired;                      // records that it never came to
  bool begun = false;                // it has taken up its position
  Span skipped;                      // records since then, by a LATEST that an update took up anew
  Span unread;                       // answers that named failed records, and counted as if they named none
  MappingState state = MappingState::enabled;
  Instant state_since{};
  std::string reason;
  std::optional<Instant> stream_ended;  // since when it has nothing to read: no update or pause changes that
};

struct Call {
  FunctionId function;
  RecordList records;
};

std::string lack_text(const Lack& lack, std::string_view when) {
  const bool calls = lack.action == "lambda:InvokeFunction";
  return fmt::format("can {} nothing {}: the role {} of function {} does not allow {}{}", calls ? "call" : "read", when,
                     lack.role, lack.function, lack.action, lack.resource.empty() ? "" : " on " + lack.resource);
}

struct Collector {
  FactWriter names;
  std::map<MappingId, Held> mappings;
  std::map<InvocationId, Call> calls;
  std::map<FactIndex, RecordList> partial;                      // what was called with, by the end that named failed ones
  std::vector<std::string> readers;                             // what became of those that failed
  std::map<std::pair<std::string, std::string>, Span> refused;  // throttled requests: of what, why
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Span> denials;  // who, role, action, resource

  void learn(const Fact& fact) {
    names.learn(fact);
    if (const auto* declared = fact.as<MappingDeclared>()) mappings[declared->mapping].function = declared->function_name;
    if (const auto* updated = fact.as<MappingUpdated>()) mappings[updated->mapping].function = updated->function_name;
    if (const auto* access = fact.as<MappingAccess>()) judge(*access, fact.at);
    if (const auto* throttled = fact.as<InvocationThrottled>())
      mappings[throttled->mapping].throttles[{throttled->function, throttled->by, throttled->limit}].add(fact.at);
    if (const auto* failed = fact.as<DestinationFailed>())
      mappings[failed->mapping]
          .lost[failed->action.empty() ? std::string(wire_name(failed->error))
                                       : denial_text(failed->role, failed->action, failed->resource)]
          .add(fact.at);
    if (const auto* changed = fact.as<MappingStateChanged>()) judge(*changed, fact.at);
    if (const auto* started = fact.as<InvocationStarted>()) calls[started->invocation] = {started->function, started->records};
    if (const auto* ended = fact.as<InvocationEnded>(); ended && ended->failures > 0)
      if (const auto call = calls.find(ended->invocation); call != calls.end()) partial[fact.index] = call->second.records;
    if (const auto* started = fact.as<ShardStarted>()) mappings[started->mapping].begun = true;
    if (const auto* settled = fact.as<Settled>()) judge(*settled, fact);
    if (const auto* ended = fact.as<ReaderEnded>(); ended && ended->outcome != InvocationOutcome::ok)
      readers.push_back(fmt::format("reader {} ended at {}: {}{}", names.reader_name(ended->reader), to_text(fact.at),
                                    to_text(ended->outcome), ended->message.empty() ? "" : ", " + ended->message));
    if (const auto* asked = fact.as<CapacityAsked>(); asked && asked->answer != CapacityAnswer::served)
      refused[{(asked->index.empty() ? "table " : "index " + asked->index + " of ") + names.table_name(asked->table),
               capacity_text(*asked)}]
          .add(fact.at);
    if (const auto* denied = fact.as<AccessDenied>())
      denials[{who(denied->actor), denied->role, denied->action, denied->resource}].add(fact.at);
  }

  void judge(const MappingStateChanged& changed, Instant at) {
    Held& mapping = mappings[changed.mapping];
    if (changed.last_processing_result == ProcessingResult::stream_ended && !mapping.stream_ended) {
      mapping.stream_ended = at;
      if (changed.state == mapping.state) return;  // told of its stream, it is in that state since before
    }
    mapping.state = changed.state;
    mapping.state_since = at;
    mapping.reason = changed.reason;
  }

  void judge(const MappingAccess& access, Instant at) {
    Held& mapping = mappings[access.mapping];
    if (mapping.lack)
      mapping.sentences.push_back(
          lack_text(*mapping.lack, fmt::format("from {} to {}", to_text(mapping.lack->since), to_text(at))));
    mapping.lack.reset();
    if (!access.missing.empty()) mapping.lack = Lack{mapping.function, access.role, access.missing, access.resource, at};
  }

  void judge(const Settled& settled, const Fact& fact) {
    if (!settled.records || settled.records->empty()) return;
    if (settled.how == Settlement::expired) mappings[settled.mapping].expired.add(fact.at, settled.records->size());
    if (Held& mapping = mappings[settled.mapping]; settled.how == Settlement::skipped && mapping.begun)
      mapping.skipped.add(fact.at, settled.records->size());
    // The last one of a call counts as handled after an answer that names failed ones only where nobody reads the answer.
    const auto answered = settled.how == Settlement::handled ? partial.find(fact.cause) : partial.end();
    if (answered != partial.end() && answered->second && !answered->second->empty() &&
        settled.records->back() == answered->second->back())
      mappings[settled.mapping].unread.add(fact.at);
  }

  std::string who(const Actor& actor) const {
    if (actor.kind == ActorKind::reader) return "reader " + names.actor_name(actor);
    const auto found = actor.kind == ActorKind::invocation ? calls.find(InvocationId{actor.id}) : calls.end();
    return found == calls.end() ? names.actor_name(actor) : "function " + names.function_name(found->second.function);
  }

  std::vector<std::string> all() {
    std::vector<std::string> sentences;
    for (auto& [id, mapping] : mappings) {
      if (mapping.lack) {
        const std::string since = "from " + to_text(mapping.lack->since) + " on";
        mapping.sentences.push_back(lack_text(*mapping.lack, since));
      }
      for (const auto& [what, when] : mapping.throttles) {
        const auto& [function, by, limit] = what;
        const std::string called = names.function_name(function);
        mapping.sentences.push_back(fmt::format("had {} of {} throttled {}: {}", counted(when.count, "call"), called,
                                                when.text(), throttle_text(by, limit, called)));
      }
      for (const auto& [why, when] : mapping.lost)
        mapping.sentences.push_back(fmt::format("gave up records {}, of which {} never came to the destination: {}",
                                                when.text(), counted(when.count, "failure record"), why));
      if (mapping.unread.count > 0)
        mapping.sentences.push_back(
            fmt::format("took {} that named failed records for success {}: it has no report_batch_item_failures",
                        counted(mapping.unread.count, "answer"), mapping.unread.text()));
      if (mapping.expired.count > 0)
        mapping.sentences.push_back(fmt::format("had {} expire from the stream unhandled {}",
                                                counted(mapping.expired.count, "record"), mapping.expired.text()));
      if (mapping.skipped.count > 0)
        mapping.sentences.push_back(
            fmt::format("skipped {} {}: an update had it take up its position (LATEST) anew, past what came meanwhile",
                        counted(mapping.skipped.count, "record"), mapping.skipped.text()));
      if (mapping.stream_ended && mapping.state != MappingState::deleted)
        mapping.sentences.push_back(
            fmt::format("has nothing to read from {} on: its stream was disabled or deleted, and it moves "
                        "to no other",
                        to_text(*mapping.stream_ended)));
      if (mapping.state != MappingState::enabled && mapping.state != MappingState::deleted)
        mapping.sentences.push_back(
            fmt::format("is {} from {} on ({})", to_text(mapping.state), to_text(mapping.state_since), mapping.reason));
      for (const std::string& sentence : mapping.sentences)
        sentences.push_back("mapping " + names.mapping_name(id) + " " + sentence);
    }
    for (const auto& [what, when] : denials) {
      const auto& [whose, role, action, resource] = what;
      sentences.push_back(fmt::format("{} of {} {} refused {}: {}", counted(when.count, "call"), whose, were(when.count),
                                      when.text(), denial_text(role, action, resource)));
    }
    for (const auto& [what, when] : refused)
      sentences.push_back(
          fmt::format("{} throttled {} {}: {}", what.first, counted(when.count, "request"), when.text(), what.second));
    sentences.insert(sentences.end(), readers.begin(), readers.end());
    return sentences;
  }
};

}  // namespace

std::string denial_text(const std::string& role, const std::string& action, const std::string& resource) {
  return fmt::format("the role {} does not allow {}{}", role, action, resource.empty() ? "" : " on " + resource);
}

std::string throttle_text(ThrottledBy by, std::int64_t limit, const std::string& function) {
  switch (by) {
    case ThrottledBy::service:
      return "the service refused it, as it may at any time";
    case ThrottledBy::reserved_concurrency:
      return fmt::format("the reserved concurrency of {} is {}", function, limit);
    case ThrottledBy::account_limit:
      return fmt::format("the account's concurrency limit is {}, less what functions have reserved", limit);
  }
  return {};
}

std::string capacity_text(const CapacityAsked& asked) {
  switch (asked.answer) {
    case CapacityAnswer::provisioned_exceeded:
      return "what is provisioned is used up";
    case CapacityAnswer::key_range_exceeded:
      return fmt::format("partition {} serves no more", asked.partition);
    case CapacityAnswer::on_demand_exceeded:
      return "the limit that its owner set is reached";
    case CapacityAnswer::account_exceeded:
      return "the account's limit is reached";
    case CapacityAnswer::served:
      break;
  }
  return {};
}

std::vector<std::string> hindrances_of(const std::vector<Fact>& trace) {
  Collector collector;
  for (const Fact& fact : trace) collector.learn(fact);
  return collector.all();
}

}  // namespace weir
