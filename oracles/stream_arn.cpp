// O-ARN: a stream that is enabled is a stream of its own: its ARN was never another's, nor is one of its shards.
// [STREAM-13] [STREAM-14]
#include <map>

#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

class StreamArn final : public Watching<StreamArn, StreamEnabled> {
 public:
  explicit StreamArn(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  void on(const StreamEnabled& enabled, const Fact& fact) {
    const auto [before, is_new] = enabled_.emplace(enabled.arn, fact.index);
    if (!is_new)
      violate("the stream of " + std::string(names().table_name(enabled.table)) + " enabled at " + to_text(fact.at) +
                  " bears the ARN of an earlier one, " + enabled.arn,
              {before->second, fact.index});
  }
  void finish() override {
    if (enabled_.empty()) unknown("no stream was enabled");
  }

  std::map<std::string, FactIndex> enabled_;
};

}  // namespace

OracleEntry stream_arn_entry() {
  return {
      {.name = "O-ARN",
       .rules = "STREAM-13 STREAM-14",
       .promise = "A stream that is enabled is a new one: no two streams ever bear one ARN.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<StreamArn>(info); }};
}

}  // namespace weir
