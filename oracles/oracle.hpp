// An oracle watches one trace and judges one promise. It reads facts and nothing else, so it also judges traces from elsewhere.
//
//   observe    safety, at each fact of its interests, in trace order; total: a trace that makes no sense never throws
//   conclude   liveness and ends, once, after the last fact
//   verdict    ok; unknown: nothing was tested, says why; violation: with the facts that prove it. The first violation stays.
//   names      those of the failure museum: O-CONV, O-ONCE, ...; the model's own promises likewise: O-STREAM, O-IMAGES, ...
//   probes     what a run really reached ("a split during a retry"), counted, so that a sweep can say what it never tested
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

class FactWriter;  // sim/trace/text.hpp

struct Verdict {
  enum class Kind : std::uint8_t { ok, unknown, violation };
  Kind kind = Kind::ok;
  std::string oracle;               // its name
  std::string message;              // a sentence; empty when ok
  std::vector<FactIndex> evidence;  // ascending
  std::string rules;                // rule IDs the promise rests on, space separated
  bool declared = false;            // asked for by the scenario, as opposed to the model's own promises

  bool is_ok() const { return kind == Kind::ok; }
  bool is_violation() const { return kind == Kind::violation; }
};
std::string_view to_text(Verdict::Kind kind);

class Oracle : public FactObserver {
 public:
  virtual std::string_view name() const = 0;
  virtual std::string_view rules() const = 0;
  virtual FactMask interests() const = 0;
  // Names for its messages, learned by someone who hears each fact first. Before interests(): an oracle that is lent none
  // learns them itself. Borrowed.
  virtual void lend_names(const FactWriter&) {}
  // Kinds that will not come, told by someone who knows more than the trace (a scenario): what only they would ask for need
  // not be kept. A trace that has them all the same is judged less sharply.
  virtual void rule_out(FactMask) {}
  virtual void conclude() {}
  const Verdict& verdict() const;  // named, whatever its kind
  bool violated() const { return verdict_.is_violation(); }

 protected:
  // Keeps the first violation; later ones are consequences as often as not.
  // Evidence may come in any order, twice, or as no_fact.
  void violate(std::string message, std::vector<FactIndex> evidence);
  void unknown(std::string why);  // unless it is a violation already

 private:
  mutable Verdict verdict_;
};

// How a scenario asks for an oracle: its name and its parameters, all as text ("view": "totals", "fold": "sum").
struct OracleSpec {
  std::string oracle;
  std::map<std::string, std::string> with;
  friend bool operator==(const OracleSpec&, const OracleSpec&) = default;
};

struct OracleParameter {
  enum class Kind : std::uint8_t { text, one_of, duration, count };
  std::string_view name;
  std::string_view meaning;
  bool required = true;
  std::vector<std::string_view> accepted = {};  // of Kind::one_of
  Kind kind = accepted.empty() ? Kind::text : Kind::one_of;
};

struct OracleInfo {
  std::string_view name, rules, promise;  // promise: one sentence
  std::vector<OracleParameter> parameters;
  bool always = false;                                          // a promise of the model itself: on in every run
  std::string (*also_wrong)(const OracleSpec& spec) = nullptr;  // what one parameter alone cannot tell
};

const std::vector<OracleInfo>& all_oracles();
// Why a spec is wrong, as "what was found; what would be accepted"; empty when it is right.
std::string wrong_with(const OracleSpec& spec);
std::unique_ptr<Oracle> make_oracle(const OracleSpec& spec);  // Bug when wrong_with(spec) is not empty
std::vector<std::unique_ptr<Oracle>> always_on();

// Judges a stored trace.
Verdict judge(const std::vector<Fact>& trace, Oracle& oracle);

}  // namespace weir
