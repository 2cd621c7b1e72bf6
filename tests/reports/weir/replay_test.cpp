// Failures in fresh processes: from the file and from the token, to the bit, with their story.
#include <fstream>

#include "tests/catch.hpp"
#include "tests/reports/weir/program.hpp"

using nlohmann::json;
using weir::test::Ended;
using weir::test::Folder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Swept {
  Folder folder;
  std::string file, token, hash;
  explicit Swept(const std::string& scenario = "fm-03", const std::string& oracle = "O-ONCE") {
    const json summary = folder.run({"sweep", scenario, "--runs", "128", "--seed", "7", "--json"}).json();
    for (const json& failure : summary["failures"]) {
      if (failure["oracle"] != oracle) continue;
      file = failure["file"];
      token = failure["token"];
      hash = failure["hash"];
    }
  }
};

// Another hand has been at the failure file.
void edit(const Folder& folder, const std::string& file, const std::function<void(nlohmann::ordered_json&)>& change) {
  auto failure = nlohmann::ordered_json::parse(folder.read(file));
  change(failure);
  folder.write(file, failure.dump());
}

}  // namespace

TEST_CASE("a failure plays again in a fresh process, bit by bit, from its file and from its token", "[weir][replay]") {
  const Swept swept;
  REQUIRE_FALSE(swept.file.empty());
  const Ended from_file = swept.folder.run({"replay", swept.file, "--json"});
  CHECK(from_file.code == 1);
  CHECK(from_file.json()["reproduced"] == true);
  CHECK(from_file.json()["identical"] == true);
  CHECK(from_file.json()["hash"] == swept.hash);
  CHECK(from_file.json()["deviations"].size() == 2);

  const Folder elsewhere;  // a token needs no file
  const Ended from_token = elsewhere.run({"replay", swept.token, "--json"});
  CHECK(from_token.code == 1);
  CHECK(from_token.json() == from_file.json());
}

TEST_CASE("a replay tells the story: decisions, causes with times and rules, what it proves", "[weir][replay]") {
  const Swept swept;
  const Ended ended = swept.folder.run({"replay", swept.file});
  INFO(ended.out);
  CHECK(ended.code == 1);
  CHECK(contains(ended.out, "O-ONCE broke in fm-03-counted-twice (broken)\n"));
  CHECK(contains(ended.out, "2 decisions that cause it\n"));
  CHECK(contains(ended.out, "How it came about"));
  CHECK(contains(ended.out, "[RETRY-1 POLL-8]"));
  CHECK(contains(ended.out, "O-ONCE breaks, as promised\nthe run is the one written down, to the bit\n"));
  CHECK(contains(swept.folder.run({"replay", swept.file, "--trace"}).out, "run_started"));
}

TEST_CASE("the other variant shows whether it survives", "[weir][replay]") {
  const Swept swept;
  const Ended ended = swept.folder.run({"replay", swept.file, "--variant", "fixed"});
  CHECK(ended.code == 0);
  CHECK(contains(ended.out, "O-ONCE holds: the failure does not break it any more\n"));
}

TEST_CASE("a failure that breaks nothing any more says so", "[weir][replay]") {
  const Swept swept;
  edit(swept.folder, swept.file, [](auto& failure) { failure["deviations"].erase(1); });
  const Ended ended = swept.folder.run({"replay", swept.file});
  INFO(ended.out);
  CHECK(ended.code == 0);
  CHECK(contains(ended.out, "O-ONCE holds: the failure does not break it any more\n"));
  CHECK(contains(ended.out, "the run differs from the one written down: the scenario or its consumer has changed since, or"));
}

TEST_CASE("a scenario of somebody's own, played without its own consumers, proves nothing by holding", "[weir][replay]") {
  const Folder folder;
  const json bundled = json::parse(std::ifstream("scenarios/museum/fm-03-counted-twice/scenario.json"));
  json mine = bundled;
  mine["name"] = "mine";
  folder.write("mine.json", mine.dump());
  const json summary =
      folder.run({"sweep", "mine.json", "--variant", "broken", "--runs", "128", "--seed", "7", "--json"}).json();
  const std::string file = summary["failures"][0]["file"];
  CHECK(folder.run({"replay", file}).code == 1);
  // Its consumer is another one now: here, the fixed twin of the one it was found with.
  edit(folder, file, [](auto& failure) { failure["scenario"]["functions"][0]["handler"] = "fm-03/fixed"; });
  const Ended ended = folder.run({"replay", file});
  INFO(ended.out);
  CHECK(ended.code == 2);
  CHECK(contains(ended.out, " holds with the code that this program has under those names\n"));
  CHECK_FALSE(contains(ended.out, "does not break it any more"));
  CHECK(contains(ended.out,
                 "wants its own consumers, which this program does not have; play it in your test, with Trial::from_token"));
}

TEST_CASE("with nothing left to decide the verdict is unknown, and so is the exit code", "[weir][replay]") {
  const Swept swept;
  edit(swept.folder, swept.file, [](auto& failure) { failure["deviations"] = json::array(); });
  const Ended ended = swept.folder.run({"replay", swept.file, "--json"});
  CHECK(ended.code == 2);
  CHECK(ended.json()["reproduced"] == false);
  CHECK(ended.json()["verdict"] == "unknown");
}

TEST_CASE("a failure of another version breaks, and the difference is laid to the version", "[weir][replay]") {
  const Swept swept;
  edit(swept.folder, swept.file, [](auto& failure) {
    failure["weir"] = "0.0.9";
    failure["hash"] = std::string(32, '0');
  });
  const Ended ended = swept.folder.run({"replay", swept.file});
  CHECK(ended.code == 1);
  CHECK(contains(ended.out, "the run differs from the one written down by weir 0.0.9; this is 0.1.0\n"));
  const Swept same;
  edit(same.folder, same.file, [](auto& failure) { failure["weir"] = "0.0.9"; });
  CHECK(contains(same.folder.run({"replay", same.file}).out,
                 "the run is the one written down, to the bit; written down by weir 0.0.9; this is 0.1.0\n"));
}

TEST_CASE("deviations that the run never asks for are named", "[weir][replay]") {
  const Swept swept;
  edit(swept.folder, swept.file, [](auto& failure) {
    failure["deviations"].push_back(
        {{"site", "function.outcome"}, {"key", "trigger count / shard 7 / batch 9 / attempt 3"}, {"value", "throw"}});
  });
  const Ended ended = swept.folder.run({"replay", swept.file});
  CHECK(ended.code == 1);
  CHECK(contains(ended.out, "never asked in this run: function.outcome at trigger count / shard 7 / batch 9 / attempt 3"));
  CHECK(swept.folder.run({"replay", swept.file, "--json"}).json()["never_asked"].size() == 1);
}

TEST_CASE("a failure on rows of one's own carries the whole scenario", "[weir][replay]") {
  const Folder folder;
  folder.write("mine.json", R"({
    "name": "mine", "teaches": "An addition that is not idempotent.",
    "tables": [{ "name": "orders", "key": "id", "stream": "new_and_old_images" }, { "name": "totals", "key": "group" }],
    "functions": [{ "name": "count", "handler": "fm-03/broken" }],
    "mappings": [{ "table": "orders", "function": "count" }],
    "load": { "table": "orders", "columns": ["id", "group"], "file": "rows.csv" },
    "oracles": [{ "oracle": "O-ONCE", "source": "orders", "view": "totals", "fold": "count", "of": "records" }] })");
  folder.write("rows.csv", "a,g\nb,g\n");
  folder.write("other.csv", "c,h\nd,h\ne,h\n");
  const Ended swept = folder.run({"sweep", "mine.json", "--load", "orders=other.csv", "--runs", "300", "--json"});
  INFO(swept.out << swept.err);
  REQUIRE(swept.code == 1);
  const std::string token = swept.json()["failures"][0]["token"], file = swept.json()["failures"][0]["file"];
  CHECK(json::parse(folder.read(file))["scenario"].is_object());
  const Folder elsewhere;
  const Ended again = elsewhere.run({"replay", token, "--json"});
  CHECK(again.code == 1);
  CHECK(again.json()["identical"] == true);
}
