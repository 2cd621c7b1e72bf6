// O-ACCESS: nothing is read or written that the role of whose code it is does not allow at that moment, and no call is refused
// for a role that surely allows it.                                            [IAM-1] [IAM-2] [ESM-29]
//
//   writes     a change or a no-op of a function or reader: its role allows one of the actions that could have done it
//   reads      an item, or an entry of an index, likewise; a page of a stream and an iterator; a message; an object
//   mappings   none invokes a function against a deny, and none delivers a record that came when its role had lacked a
//              permission to poll for good, up to the invocation
//   denials    a refusal in the name of a role is wrong if a statement without conditions allows the call and none denies it
//   policies   judged as sim/access does: that policies mean what IAM says is not this oracle's to see, nor which code has
//              which role: the trace says so
//   lenient    a trace says which item was written, not by which call: one of several actions is enough. Of conditions,
//              dynamodb:LeadingKeys are known, but of a BatchGetItem's; what depends on dynamodb:Attributes, which no fact
//              tells, counts as in favour of the call
//   blind to   calls that leave no fact of their actor or of an effect: conditions checked in transactions, descriptions and
//              lists of streams, pages without items, messages sent and removed, objects stored and listed, TTL settings; to
//              failure records that a destination got; and to a mapping's polls of what it does not deliver
#include <algorithm>
#include <map>
#include <vector>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"
#include "sim/access/policy_document.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/base64.hpp"
#include "sim/data/lines.hpp"

namespace weir {

namespace {

using Actions = std::vector<std::string_view>;

// A role with what no fact can tell of a call taken as the call needs it: conditions that are not known hold where they allow,
// and do not where they deny.
template <class IsKnown>
Role lenient(Role role, const IsKnown& is_known) {
  const auto is_unknown = [&](const PolicyCondition& condition) { return !is_known(condition); };
  std::erase_if(role.statements, [&](const PolicyStatement& one) {
    return one.effect == PolicyStatement::Effect::deny && std::any_of(one.conditions.begin(), one.conditions.end(), is_unknown);
  });
  for (PolicyStatement& one : role.statements) std::erase_if(one.conditions, is_unknown);
  return role;
}

// The other way round: what is unknown speaks against the call.
Role strict(Role role) {
  std::erase_if(role.statements, [](const PolicyStatement& one) {
    return one.effect == PolicyStatement::Effect::allow && !one.conditions.empty();
  });
  for (PolicyStatement& one : role.statements) one.conditions.clear();
  return role;
}

std::string key_text(const AttributeValue& key) {
  if (const std::string* const text = key.as_string()) return *text;
  if (const Number* const number = key.as_number()) return number->to_text();
  return key.as_binary() ? to_base64(*key.as_binary()) : std::string();
}
Asked asked_for(const ItemKey& key) {
  if (key.empty()) return {};
  return {.leading_keys = {key_text(key.partition())}};
}

class AccessOracle final
    : public Watching<AccessOracle, RoleSet, TableDeclared, IndexDeclared, StreamEnabled, MappingDeclared, MappingUpdated,
                      FunctionDeclared, Appended, InvocationStarted, ReaderStarted, TransactionCommitted, Written, WriteIgnored,
                      ItemRead, IndexRead, PageRead, IteratorIssued, QueueDeclared, MessageReceived, ObjectUsed, AccessDenied> {
 public:
  explicit AccessOracle(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  // One of a role's policies: in force from its fact to the next one's.
  struct Version {
    Role whole, by_key, blind;  // by_key: leading keys are known; blind: no condition is
    FactIndex fact = no_fact;
    Instant since{};
  };
  struct Held {
    std::vector<Version> versions;  // in the order of time
    const Version& now() const { return versions.back(); }
  };
  struct MappingSide {
    StreamId stream;
    FunctionId function;
    std::optional<Instant> since;  // it calls another function than at the start
  };
  struct AppendedAt {
    FactIndex fact = no_fact;
    Instant at{};
  };

  bool is_moot() const override { return !may_come<RoleSet>(); }

  void on(const RoleSet& set, const Fact& fact) {
    const Role role = role_from(set.role, set.managed, set.policy);
    const auto by_key = [](const PolicyCondition& condition) { return condition.key == ConditionKey::leading_keys; };
    const auto never = [](const PolicyCondition&) { return false; };
    roles_[set.role].versions.push_back({role, lenient(role, by_key), lenient(role, never), fact.index, fact.at});
    each_line(set.functions, [&](std::string_view name) { role_of_function_[std::string(name)] = set.role; });
    each_line(set.readers, [&](std::string_view name) { role_of_reader_[std::string(name)] = set.role; });
  }

  void on(const TableDeclared&, const Fact&) {}
  void on(const IndexDeclared&, const Fact&) {}
  void on(const QueueDeclared&, const Fact&) {}
  void on(const ReaderStarted&, const Fact&) {}
  void on(const FunctionDeclared& declared, const Fact&) { functions_.at(declared.function) = declared.function_name; }
  void on(const MappingDeclared& declared, const Fact&) {
    functions_.at(declared.function) = declared.function_name;
    mappings_.at(declared.mapping) = {declared.stream, declared.function, std::nullopt};
  }
  void on(const MappingUpdated& updated, const Fact& fact) {
    functions_.at(updated.function) = updated.function_name;
    MappingSide& mapping = mappings_.at(updated.mapping);
    if (mapping.function == updated.function) return;
    mapping.function = updated.function;
    mapping.since = fact.at;
  }
  void on(const StreamEnabled& enabled, const Fact&) { streams_.at(enabled.stream) = enabled.arn; }
  void on(const Appended& appended, const Fact& fact) { appended_.at(appended.record) = {fact.index, fact.at}; }
  void on(const TransactionCommitted&, const Fact& fact) { committed_ = fact.index; }

  void on(const InvocationStarted& start, const Fact& fact) {
    called_.insert_or_assign(start.invocation, start.function);
    const Held* const role = role_named(role_of_function_, function_name(start.function));
    if (!role) return;
    judged_ = true;
    const std::string function = arn_of("lambda", "function:" + function_name(start.function));
    const std::string mapping = "mapping " + names().mapping_name(start.mapping);
    if (denies(role->now().whole, "lambda:InvokeFunction", function))
      return violate(mapping + " invokes " + function_name(start.function) + " at " + to_text(fact.at) + ", and its role " +
                         role->now().whole.name + " denies lambda:InvokeFunction on " + function,
                     {role->now().fact, fact.index});
    judge_polls(start, *role, mapping, fact);
  }

  // What a mapping delivers it polled, at some time after the record came: not if its role has lacked a permission ever since.
  void judge_polls(const InvocationStarted& start, const Held& role, const std::string& mapping, const Fact& fact) {
    const MappingSide* const side = mappings_.find(start.mapping);
    if (!side || side->function != start.function) return;
    const std::string* const arn = streams_.find(side->stream);
    if (!arn) return;
    const Version* lacking = nullptr;  // the earliest that lacks it, with all later ones
    for (auto version = role.versions.rbegin(); version != role.versions.rend() && lacks_polling(*version, *arn); ++version)
      lacking = &*version;
    if (!lacking) return;
    const Instant since =
        std::max(lacking == &role.versions.front() ? Instant{} : lacking->since, side->since.value_or(Instant{}));
    for (const RecordId record : each_of(start.records)) {
      const AppendedAt* const appended = appended_.find(record);
      if (!appended || appended->fact == no_fact || appended->at <= since) continue;
      return violate(mapping + " delivers record " + std::to_string(record.value) + " at " + to_text(fact.at) +
                         ", which came at " + to_text(appended->at) + ", and its role " + role.now().whole.name +
                         " has lacked a permission to poll since " + to_text(since),
                     {lacking->fact, appended->fact, fact.index});
    }
  }
  static bool lacks_polling(const Version& version, const std::string& arn) {
    const auto is_lacking = [&](const Permission& needed) {
      return !allows(version.whole, needed.action, needed.of_stream ? arn : "*");
    };
    return std::any_of(permissions_to_poll().begin(), permissions_to_poll().end(), is_lacking);
  }

  void on(const Written& written, const Fact& fact) {
    const bool removes = written.kind == ChangeKind::remove;
    const Held* const role = role_of(written.actor);
    if (!role) return;
    Actions actions = removes ? Actions{"dynamodb:DeleteItem"} : Actions{"dynamodb:PutItem", "dynamodb:UpdateItem"};
    judge_write(*role, written, removes ? "removes" : "writes", std::move(actions), fact);
  }
  void on(const WriteIgnored& ignored, const Fact& fact) {
    const Held* const role = role_of(ignored.actor);
    if (!role) return;
    judge_write(*role, ignored, "writes", {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}, fact);
  }
  template <class Write>
  void judge_write(const Held& role, const Write& write, const char* verb, Actions actions, const Fact& fact) {
    if (fact.cause == no_fact || fact.cause != committed_) actions.push_back("dynamodb:BatchWriteItem");
    const std::string resource = arn_of("dynamodb", "table/" + names().table_name(write.table));
    if (may(role.now().by_key, actions, resource, asked_for(write.key))) return;
    object(role, write.actor, std::string(verb) + " " + item_text(write.table, write.key), actions, resource, fact);
  }

  void on(const ItemRead& read, const Fact& fact) {
    const Held* const role = role_of(read.actor);
    if (!role) return;
    const std::string resource = arn_of("dynamodb", "table/" + names().table_name(read.table));
    if (may(role->now().by_key, {"dynamodb:GetItem", "dynamodb:Query"}, resource, asked_for(read.key)) ||
        may(role->now().by_key, {"dynamodb:Scan"}, resource, {}) ||
        may(role->now().blind, {"dynamodb:BatchGetItem"}, resource, {}))
      return;
    object(*role, read.actor, "reads " + item_text(read.table, read.key),
           {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem"}, resource, fact);
  }
  void on(const IndexRead& read, const Fact& fact) {
    const Held* const role = role_of(read.actor);
    if (!role) return;
    const std::string index = names().index_name(read.index);
    const std::string resource = arn_of("dynamodb", "table/" + names().table_name(read.table) + "/index/" + index);
    if (may(role->now().by_key, {"dynamodb:Query"}, resource, asked_for(read.entry)) ||
        may(role->now().by_key, {"dynamodb:Scan"}, resource, {}))
      return;
    object(*role, read.actor, "reads " + item_text(read.table, read.key) + " by index " + index,
           {"dynamodb:Query", "dynamodb:Scan"}, resource, fact);
  }
  void on(const PageRead& page, const Fact& fact) {
    judge_call(page.actor, "reads a page of a stream", "dynamodb:GetRecords", arn_of_stream(page.stream), fact);
  }
  void on(const IteratorIssued& issued, const Fact& fact) {
    judge_call(issued.actor, "is given an iterator", "dynamodb:GetShardIterator", arn_of_stream(issued.stream), fact);
  }
  void on(const MessageReceived& received, const Fact& fact) {
    const std::string queue = names().queue_name(received.queue);
    judge_call(received.actor, "receives a message of " + queue, "sqs:ReceiveMessage", arn_of("sqs", queue), fact);
  }
  void on(const ObjectUsed& used, const Fact& fact) {
    const bool reads = used.how == ObjectUse::read;
    judge_call(used.actor, (reads ? "reads " : "removes ") + used.key + " of " + used.bucket,
               reads ? "s3:GetObject" : "s3:DeleteObject", "arn:aws:s3:::" + used.bucket + "/" + used.key, fact);
  }
  // A call that has no conditions to know of.
  void judge_call(const Actor& actor, const std::string& what, std::string_view action, const std::string& resource,
                  const Fact& fact) {
    const Held* const role = role_of(actor);
    if (role && !may(role->now().whole, {action}, resource, {})) object(*role, actor, what, {action}, resource, fact);
  }

  void on(const AccessDenied& denied, const Fact& fact) {
    const auto role = roles_.find(denied.role);
    if (role == roles_.end()) return;
    judged_ = true;
    if (!allows(strict(role->second.now().whole), denied.action, denied.resource)) return;
    violate(names().actor_name(denied.actor) + " is refused " + denied.action + " on " + denied.resource + " at " +
                to_text(fact.at) + ", and its role " + denied.role + " allows it",
            {role->second.now().fact, fact.index});
  }

  void object(const Held& role, const Actor& actor, const std::string& what, const Actions& actions,
              const std::string& resource, const Fact& fact) {
    std::string list;
    for (const std::string_view action : actions) list.append(list.empty() ? "" : ", ").append(action);
    violate(names().actor_name(actor) + " " + what + " at " + to_text(fact.at) + ", and its role " + role.now().whole.name +
                " does not allow " + (actions.size() > 1 ? "any of " : "") + list + " on " + resource,
            {role.now().fact, fact.index});
  }

  static bool may(const Role& role, const Actions& actions, const std::string& resource, const Asked& asked) {
    return std::any_of(actions.begin(), actions.end(),
                       [&](std::string_view action) { return allows(role, action, resource, asked); });
  }

  void finish() override {
    if (!judged_) unknown("no code with a role of its own did anything");
  }

  std::string function_name(FunctionId function) {
    const std::string* const name = functions_.find(function);
    return name ? *name : std::string();
  }
  std::string arn_of_stream(StreamId stream) {
    const std::string* const arn = streams_.find(stream);
    return arn ? *arn : "*";
  }
  using RoleNames = std::map<std::string, std::string, std::less<>>;
  const Held* role_named(const RoleNames& roles, const std::string& bearer) const {
    const auto name = roles.find(bearer);
    const auto held = name == roles.end() ? roles_.end() : roles_.find(name->second);
    return held == roles_.end() ? nullptr : &held->second;
  }
  // Of code in flight; nullptr where it has none, or it is nobody's code.
  const Held* role_of(const Actor& actor) {
    const Held* role = nullptr;
    if (actor.kind == ActorKind::reader)
      role = role_named(role_of_reader_, names().reader_name(ReaderId{static_cast<ReaderId::rep>(actor.id)}));
    if (actor.kind == ActorKind::invocation)
      if (const auto called = called_.find(InvocationId{actor.id}); called != called_.end())
        role = role_named(role_of_function_, function_name(called->second));
    judged_ = judged_ || role != nullptr;
    return role;
  }

  std::map<std::string, Held, std::less<>> roles_;
  RoleNames role_of_function_, role_of_reader_;
  Dense<FunctionId, std::string> functions_;
  Dense<MappingId, MappingSide> mappings_;
  Dense<StreamId, std::string> streams_;
  Dense<RecordId, AppendedAt> appended_;
  std::map<InvocationId, FunctionId> called_;
  FactIndex committed_ = no_fact;
  bool judged_ = false;
};

}  // namespace

OracleEntry access_entry() {
  return {{.name = "O-ACCESS",
           .rules = "IAM-1 IAM-2 ESM-29",
           .promise = "Nothing is read or written against the role of whose code it is, and nothing is refused that it allows.",
           .always = true},
          [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> {
            return std::make_unique<AccessOracle>(info);
          }};
}

}  // namespace weir
