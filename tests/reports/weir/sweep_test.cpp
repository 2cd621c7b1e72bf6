// Sweeps: one result whatever the workers, kept through Ctrl-C and worse.
#include <csignal>
#include <fstream>
#include <thread>

#include "oracles/sql/database.hpp"
#include "tests/catch.hpp"
#include "tests/reports/weir/program.hpp"

using nlohmann::json;
using weir::test::Ended;
using weir::test::Folder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// What must not depend on workers, clocks, or how often a sweep was stopped.
json lasting(json summary) {
  for (const char* member : {"wall_seconds", "jobs", "continued_from"}) summary.erase(member);
  return summary;
}

const std::string state_file = "out/sweeps/fm-03-counted-twice-fixed-seed-5.json";

// Starts a sweep without end and waits until it has written down some of what it did.
pid_t start_endless(const Folder& folder) {
  const pid_t pid =
      folder.start({"sweep", "fm-03", "--variant", "fixed", "--runs", "1000000000", "--seed", "5", "--jobs", "2"});
  for (int tries = 0; tries < 3000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!folder.has(state_file)) continue;
    if (json::parse(folder.read(state_file))["state"]["next"] > 0) break;
  }
  return pid;
}

std::uint64_t runs_kept(const Folder& folder) {
  return json::parse(folder.read(state_file))["state"]["next"].get<std::uint64_t>();
}

// The stopped sweep, continued for a few more runs, says what one that nobody stopped says.
void check_it_continues(const Folder& folder) {
  const std::uint64_t kept = runs_kept(folder);
  CHECK(kept > 0);
  const std::vector<std::string> words{"sweep",  "fm-03", "--variant", "fixed", "--runs", std::to_string(kept + 200),
                                       "--seed", "5",     "--json"};
  std::vector<std::string> on = words;
  on.insert(on.end(), {"--continue", "--jobs", "1"});
  const Ended continued = folder.run(on);
  CHECK(continued.code == 0);
  CHECK(continued.json()["continued_from"] == kept);
  CHECK(continued.json()["runs"] == kept + 200);
  const Folder fresh;
  CHECK(lasting(continued.json()) == lasting(fresh.run(words).json()));
}

}  // namespace

TEST_CASE("a sweep says the same with one worker and with two, down to the failure files", "[weir][determinism]") {
  const Folder one, two;
  const Ended first = one.run({"sweep", "fm-03", "--runs", "700", "--seed", "7", "--jobs", "1", "--json"});
  const Ended second = two.run({"sweep", "fm-03", "--runs", "700", "--seed", "7", "--jobs", "2", "--json"});
  CHECK(first.code == 1);
  CHECK(lasting(first.json()) == lasting(second.json()));
  const json summary = first.json();
  CHECK(summary["scenario"] == "fm-03-counted-twice");
  CHECK(summary["variant"] == "broken");
  CHECK(summary["runs"] == 700);
  CHECK(summary["violations"] > 0);
  CHECK(summary["unknown"].is_number_unsigned());
  CHECK(summary["virtual_seconds"] == 700 * 7200);
  CHECK(summary["wall_seconds"] > 0);
  CHECK(summary["hash"].get<std::string>().size() == 32);
  CHECK(summary["never_reached"].size() > 0);
  REQUIRE(summary["failures"].size() == 2);
  for (const json& failure : summary["failures"]) {
    const std::string file = failure["file"];
    CHECK(file == "out/failures/fm-03-counted-twice-broken-" + failure["oracle"].get<std::string>() + ".json");
    CHECK(one.read(file) == two.read(file));
    CHECK(json::parse(one.read(file))["deviations"] == failure["deviations"]);
    CHECK(failure["deviations"].size() == 2);
    CHECK(failure["token"].get<std::string>().starts_with("weir1."));
  }
  const Folder other;
  CHECK(other.run({"sweep", "fm-03", "--runs", "700", "--seed", "8", "--json"}).json()["hash"] != summary["hash"]);
}

TEST_CASE("a sweep prints what broke, how it was shrunk, and one line that replays it", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "fm-03", "--runs", "200", "--seed", "7"});
  INFO(ended.out);
  CHECK(ended.code == 1);
  CHECK(contains(ended.out, "O-ONCE broke in "));
  CHECK(contains(ended.out, "  replay  weir replay out/failures/fm-03-counted-twice-broken-O-ONCE.json\n"));
  CHECK(contains(ended.out, "  token   weir1."));
  CHECK(contains(ended.out, "never reached, "));
  CHECK(contains(ended.out, "a TTL deletion"));
  CHECK(ended.err.empty());  // no progress line where no terminal is
}

TEST_CASE("what a scenario expects to break is said to be expected, and is a violation all the same", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "lagging-consumer", "--runs", "5"});
  CHECK(ended.code == 1);
  CHECK(contains(ended.out, "O-NOLOSS broke in 5 runs, as the scenario expects, first in run 0"));
}

TEST_CASE("a sweep in which nothing of what a scenario expects to break does is no success", "[weir]") {
  const Folder folder;
  json mine = json::parse(std::ifstream("scenarios/museum/fm-03-counted-twice/scenario.json"));
  mine["name"] = "mine";
  mine["expect"] = {{"O-ONCE", "violation"}};
  folder.write("mine.json", mine.dump());
  const Ended ended = folder.run({"sweep", "mine.json", "--variant", "fixed", "--runs", "64"});
  INFO(ended.out << ended.err);
  CHECK(ended.code == 2);
  CHECK(contains(ended.out, "\nO-ONCE did not break, though the scenario expects it to\n"));
  CHECK(contains(ended.out, "\nunknown: what the scenario expects to break did not  hash "));
}

TEST_CASE("a sweep of the fixed twin is clean", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "fm-03", "--variant", "fixed", "--runs", "300"});
  CHECK(ended.code == 0);
  CHECK(contains(ended.out, "\nok  hash "));
  CHECK_FALSE(folder.has("out/failures"));
}

TEST_CASE("a sweep tells which promise was not put to the test, and in how many runs", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "fm-14", "--variant", "fixed", "--runs", "64"});
  CHECK(ended.code == 0);
  const json summary = folder.run({"sweep", "fm-14", "--variant", "fixed", "--runs", "64", "--json"}).json();
  REQUIRE(!summary["untested"].empty());
  for (const json& promise : summary["untested"]) {
    const auto runs = promise["runs"].get<std::uint64_t>();
    CHECK(runs <= summary["unknown"].get<std::uint64_t>());
    CHECK(contains(ended.out, "    " + promise["oracle"].get<std::string>() + " was not put to the test in " +
                                  std::to_string(runs) + " of all 64 runs\n"));
  }
}

TEST_CASE("what broke in the first run and what is left of it after shrinking are told apart, in each output alike", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "fm-03", "--runs", "500", "--seed", "7", "--junit", "weir.xml"});
  const json summary = folder.run({"sweep", "fm-03", "--runs", "500", "--seed", "7", "--json"}).json();
  bool some_differ = false;
  for (const json& failure : summary["failures"]) {
    const std::string first = failure["message"], shrunk = failure["shrunk_message"];
    CHECK(contains(folder.read("weir.xml"), "message=\"" + first + " (run " + std::to_string(failure["run"].get<int>())));
    CHECK(folder.run({"replay", failure["file"].get<std::string>(), "--json"}).json()["message"] == shrunk);
    if (first == shrunk) continue;
    some_differ = true;
    CHECK(contains(ended.out, "(seed " + failure["seed"].get<std::string>() + ")\n  " + first.substr(0, 60)));
    CHECK(contains(ended.out, " runs, after which\n    " + shrunk.substr(0, 60)));
  }
  CHECK(some_differ);
}

TEST_CASE("a sweep that puts nothing to the test is unknown, and one without promises says who judged", "[weir]") {
  const Folder folder;
  folder.write("idle.json", R"({"name": "idle", "tables": [{"name": "orders", "key": "id"}]})");
  const std::string note = "the scenario promises nothing of its consumer: only the model's own promises were judged\n";
  const Ended nothing = folder.run({"sweep", "idle.json", "--runs", "5"});
  CHECK(nothing.code == 2);
  CHECK(contains(nothing.out, note));
  CHECK(contains(nothing.out, "\nunknown: no run tested all that is promised  hash "));
  CHECK(folder.run({"run", "idle.json"}).code == 2);
  folder.write("own.json", R"({"name": "own", "tables": [{"name": "orders", "key": "id", "stream": "keys_only"}],
    "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "A"}}}]})");
  for (const char* command : {"run", "sweep"}) {
    const Ended judged = folder.run({command, "own.json"});
    CHECK(judged.code == 0);
    CHECK(contains(judged.out, note));
  }
  CHECK_FALSE(contains(folder.run({"run", "fm-03", "--seed", "2"}).out, note));
}

TEST_CASE("scenarios whose names differ in what no file name has get files of their own", "[weir]") {
  const Folder folder;
  for (const char* name : {"a/b", "a-b", "a b"}) {
    folder.write("s.json", std::string(R"({"name": ")") + name + R"(", "tables": [{"name": "orders", "key": "id"}]})");
    folder.run({"sweep", "s.json", "--runs", "1"});
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "out/sweeps")) files += entry.is_regular_file();
  CHECK(files == 3);
  CHECK(folder.has("out/sweeps/a-b-seed-1.json"));
}

TEST_CASE("until-found ends at the same run whatever the workers", "[weir][determinism]") {
  const Folder one, two;
  const json first = one.run({"sweep", "fm-13", "--runs", "100000", "--until-found", "--jobs", "1", "--json"}).json();
  const json second = two.run({"sweep", "fm-13", "--runs", "100000", "--until-found", "--jobs", "4", "--json"}).json();
  CHECK(first["runs"] < 1000);
  CHECK(first["interrupted"] == false);
  CHECK(lasting(first) == lasting(second));
}

TEST_CASE("a scenario that is called as another's variant has failures of its own", "[weir]") {
  const Folder folder;
  const auto scenario = [](const std::string& name, const std::string& more) {
    return R"({"name": ")" + name +
           R"(", "tables": [{"name": "orders", "key": "id", "stream": "new_image"}, {"name": "view", "key": "id"}],
      "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "A"}}}], "run_for": "1min",
      "oracles": [{"oracle": "O-CONV", "source": "orders", "view": "view", "fold": "copy"}])" +
           more + "}";
  };
  folder.write("a.json", scenario("a", R"(, "variants": {"broken": {}, "fixed": {}})"));
  folder.write("a-broken.json", scenario("a-broken", ""));
  const auto kept_in = [&folder](const std::string& file) {
    const Ended ended = folder.run({"sweep", file, "--runs", "3", "--json"});
    CHECK(ended.code == 1);
    return json::parse(ended.out)["failures"][0]["file"].get<std::string>();
  };
  const std::string one = kept_in("a.json"), other = kept_in("a-broken.json");
  CHECK(one == "out/failures/a-broken-O-CONV.json");
  CHECK(other.starts_with("out/failures/a-broken-"));
  CHECK(other != one);
}

TEST_CASE("Ctrl-C keeps what a sweep has, and --continue ends as if nobody had stopped it", "[weir][determinism]") {
  const Folder folder;
  const pid_t pid = start_endless(folder);
  kill(pid, SIGINT);
  const Ended ended = folder.wait(pid);
  INFO(ended.out << ended.err);
  CHECK(ended.signal == 0);
  CHECK(ended.code == 2);
  CHECK(contains(ended.out,
                 " of 1,000,000,000 runs; it goes on with\n    weir sweep fm-03-counted-twice --variant fixed "
                 "--runs 1000000000 --seed 5 --out out --jobs 2 --continue\n"));
  CHECK(ended.err == "weir: stopping: the runs under way end first; again to drop them\n");
  CHECK(contains(ended.out, "unknown: stopped early"));
  check_it_continues(folder);
}

TEST_CASE("a sweep that is killed loses a moment's work at most, and --continue ends as if it had not been",
          "[weir][determinism]") {
  const Folder folder;
  const pid_t pid = start_endless(folder);
  kill(pid, SIGKILL);
  CHECK(folder.wait(pid).signal == SIGKILL);
  check_it_continues(folder);
}

TEST_CASE("a second Ctrl-C drops the runs under way and nothing else", "[weir][determinism]") {
  const Folder folder;
  std::string rows;  // enough for runs that take a while
  for (int i = 0; i < 30'000; ++i) rows += std::to_string(i) + ",10.0.0.1,2024-05-01,07,GMT+0100,GET,/,200,512,a reader\n";
  folder.write("rows.csv", rows);
  const std::string file = "out/sweeps/workshop-replication-seed-1.json";
  const pid_t pid = folder.start({"sweep", "workshop", "--load", "logfile=rows.csv", "--runs", "100000", "--jobs", "1"});
  const auto kept = [&] { return folder.has(file) ? json::parse(folder.read(file))["state"]["next"].get<std::uint64_t>() : 0; };
  const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  while (kept() == 0) pause();
  kill(pid, SIGINT);
  while (!contains(folder.read(".stderr"), "again to drop them\n")) pause();
  kill(pid, SIGTERM);
  CHECK(folder.wait(pid).signal == SIGTERM);
  CHECK(kept() > 0);
}

TEST_CASE("a sweep that is told to end keeps what it has, as at Ctrl-C", "[weir]") {
  const Folder folder;
  const pid_t pid = start_endless(folder);
  kill(pid, SIGTERM);
  CHECK(folder.wait(pid).code == 2);
  CHECK(runs_kept(folder) > 0);
}

namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// fm-03 on rows enough for runs that take a while: its sweep ends with the second of them, and then shrinks for half a minute.
// Answers once that has begun.
pid_t start_long_shrinking(const Folder& folder, const std::vector<std::string>& more = {}) {
  json mine = json::parse(std::ifstream("scenarios/museum/fm-03-counted-twice/scenario.json"));
  mine["name"] = "mine";
  mine["run_for"] = "12h";
  mine["heal_at"] = "10h";
  mine["functions"][0]["handler"] = "fm-03/broken";
  mine["load"] = {{"table", "orders"}, {"columns", {"id", "group", "revision:N", "value:N"}}, {"file", "rows.csv"}};
  mine.erase("variants");
  mine.erase("workload");
  folder.write("mine.json", mine.dump());
  std::string rows;
  for (int i = 0; i < 30'000; ++i) rows += "i" + std::to_string(i) + ",g" + std::to_string(i % 7) + ",1,1\n";
  folder.write("rows.csv", rows);
  std::vector<std::string> words{"sweep", "mine.json", "--until-found", "--jobs", "1"};
  words.insert(words.end(), more.begin(), more.end());
  const pid_t pid = folder.start(words);
  const std::string file = "out/sweeps/mine-seed-1.json";
  const auto pause = [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); };
  while (!folder.has(file) || json::parse(folder.read(file))["state"]["found"].empty()) pause(10);
  pause(1500);
  return pid;
}

}  // namespace

TEST_CASE("Ctrl-C while a failure is shrunk keeps the smallest list so far, and says so", "[weir][shrink]") {
  const Folder folder;
  const pid_t pid = start_long_shrinking(folder);
  kill(pid, SIGINT);
  const Ended ended = folder.wait(pid);
  INFO(ended.out.substr(0, 5000) << ended.err);
  CHECK(ended.signal == 0);
  CHECK(ended.code == 1);
  CHECK(ended.err == "weir: stopping: the smallest list of deviations so far is kept; again to drop it\n");
  CHECK(contains(ended.out, "O-CONV broke in 1 run"));
  CHECK(times(ended.out, ", then stopped: fewer may do") + times(ended.out, " deviations, not shrunk: that was stopped\n") ==
        2);
  CHECK(contains(ended.out, " more, in the failure's file\n"));
  CHECK(contains(ended.out,
                 "\nthe shrinking was stopped; it begins again with\n    weir sweep mine.json --runs 1000 --seed 1 --out out "
                 "--until-found --jobs 1 --continue\n"));
  CHECK(contains(ended.out, "\nviolation  hash "));
  for (const std::string oracle : {"O-CONV", "O-ONCE"}) {
    const Ended again = folder.run({"replay", "out/failures/mine-" + oracle + ".json"});
    CHECK(again.code == 1);
    CHECK(contains(again.out, oracle + " breaks, as promised\nthe run is the one written down, to the bit\n"));
  }
}

TEST_CASE("a second Ctrl-C while a failure is shrunk ends the program", "[weir][shrink]") {
  const Folder folder;
  const pid_t pid = start_long_shrinking(folder);
  kill(pid, SIGINT);
  while (!contains(folder.read(".stderr"), "again to drop it\n")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(pid, SIGTERM);
  CHECK(folder.wait(pid).signal == SIGTERM);
}

TEST_CASE("a document says of each failure whether its shrinking was stopped", "[weir][shrink]") {
  const Folder folder;
  const pid_t pid = start_long_shrinking(folder, {"--json"});
  kill(pid, SIGTERM);
  const json summary = folder.wait(pid).json();
  CHECK(summary["exit"] == 1);
  REQUIRE(summary["failures"].size() == 2);
  for (const json& failure : summary["failures"]) {
    CHECK(failure["shrinking_stopped"] == true);
    CHECK(folder.has(failure["file"].get<std::string>()));
  }
}

TEST_CASE("a failure that cannot be written down has its token for a replay, and no line without a file", "[weir]") {
  const Folder folder;
  folder.write("out/failures", "in the way");
  const Ended ended = folder.run({"sweep", "fm-03", "--runs", "100", "--seed", "7"});
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  CHECK(contains(ended.out, "  token   weir1."));
  CHECK_FALSE(contains(ended.out, "  replay  "));
  const json summary = folder.run({"sweep", "fm-03", "--runs", "100", "--seed", "7", "--json"}).json();
  for (const json& failure : summary["failures"]) {
    CHECK(failure["file"] == "");
    CHECK(failure["replay"] == "");
  }
}

TEST_CASE("a sweep that cannot be stored is told all the same, and --continue stores it without playing", "[weir]") {
  const Folder folder;
  folder.run({"sweep", "fm-03", "--runs", "5"});
  const auto sql = [&](const std::string& text) {
    weir::Database::file((folder.path() / "out/weir.sqlite").string()).run(text);
  };
  sql("ALTER TABLE sweeps RENAME TO taken_away");
  const std::vector<std::string> words{"sweep", "fm-03", "--runs", "200", "--seed", "7"};
  const Ended ended = folder.run(words);
  CHECK(ended.code == 3);
  CHECK(contains(ended.out, "O-ONCE broke in "));
  CHECK(folder.has("out/failures/fm-03-counted-twice-broken-O-ONCE.json"));
  CHECK(ended.err ==
        "weir: out/weir.sqlite: no such table: sweeps; the path of a new file, or of one this version of weir made; the "
        "sweep's state is kept: --continue stores it again without playing\n");
  std::vector<std::string> as_json = words;
  as_json.emplace_back("--json");
  const json told = folder.run(as_json).json();
  CHECK(told["exit"] == 3);
  CHECK(told["error"]["found"] == "no such table: sweeps");
  CHECK(told["violations"] > 0);

  sql("ALTER TABLE taken_away RENAME TO sweeps");
  std::vector<std::string> on = words;
  on.emplace_back("--continue");
  const Ended continued = folder.run(on);
  CHECK(continued.code == 1);
  CHECK(contains(continued.out, "  nothing left to play, 200 runs in all, "));
  const weir::Database database = weir::Database::file((folder.path() / "out/weir.sqlite").string());
  weir::Statement stored(database, "SELECT count(*) FROM sweeps WHERE seed = '7' AND runs = 200");
  REQUIRE(stored.step());
  CHECK(stored.integer(0) == 1);
}

TEST_CASE("what a continued sweep prints names the runs of now and all of them", "[weir]") {
  const Folder folder;
  folder.run({"sweep", "fm-03", "--variant", "fixed", "--runs", "64"});
  const std::vector<std::string> words{"sweep", "fm-03", "--variant", "fixed", "--runs", "1100", "--continue"};
  const std::string out = folder.run(words).out;
  CHECK(contains(out, "  continued after 64 runs\n  1,036 runs in "));
  CHECK(contains(out, "/s), 1,100 runs in all, 92 days of virtual time\n"));
  CHECK(contains(folder.run(words).out, "  nothing left to play, 1,100 runs in all, 92 days of virtual time\n"));
}

TEST_CASE("each seed's sweep is kept beside the others", "[weir]") {
  const Folder folder;
  for (const char* seed : {"5", "6"}) folder.run({"sweep", "fm-03", "--variant", "fixed", "--runs", "64", "--seed", seed});
  const std::vector<std::string> words{"sweep", "fm-03", "--variant", "fixed", "--runs", "128", "--seed", "5", "--continue"};
  CHECK(contains(folder.run(words).out, "  continued after 64 runs\n"));
}

TEST_CASE("the line that continues a sweep keeps what was asked for", "[weir]") {
  const Folder folder;
  const pid_t pid = folder.start({"sweep", "fm-03", "--variant", "fixed", "--runs", "1000000000", "--seed", "5", "--junit",
                                  "ci/a b.xml", "--until-found"});
  while (!folder.has(state_file)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  kill(pid, SIGINT);
  CHECK(contains(folder.wait(pid).out, " --seed 5 --out out --until-found --junit 'ci/a b.xml' --continue\n"));
}

TEST_CASE("--continue with nothing to continue begins at the beginning and says so", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"sweep", "fm-03", "--variant", "fixed", "--runs", "64", "--continue"});
  CHECK(ended.code == 0);
  CHECK(contains(ended.out, "no sweep to continue yet: begun at run 0"));
}

TEST_CASE("failures of a continued sweep are those of the whole", "[weir]") {
  const Folder parts, whole;
  parts.run({"sweep", "fm-03", "--runs", "64", "--seed", "7"});
  const json continued = parts.run({"sweep", "fm-03", "--runs", "300", "--seed", "7", "--continue", "--json"}).json();
  CHECK(continued["continued_from"] == 64);
  CHECK(lasting(continued) == lasting(whole.run({"sweep", "fm-03", "--runs", "300", "--seed", "7", "--json"}).json()));
}
