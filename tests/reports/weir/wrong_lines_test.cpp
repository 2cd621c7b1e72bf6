// Command lines that are wrong: one clear error each, exit code 3, nothing on standard output.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/reports/weir/program.hpp"

using weir::test::Ended;
using weir::test::Folder;

namespace {

struct Wrong {
  std::vector<std::string> words;
  std::string message;
};

const std::string scenario_wanted = "the path of a file, or a name that `weir list` shows";
const std::string commands = "demo, list, run, sweep, replay, choices, rules, oracles, metrics";
const std::string any_number = "a whole number from 0 to 18446744073709551615";

// clang-format off
const std::vector<Wrong> wrong_lines{
    {{}, "no command; one of the commands " + commands},
    {{"swep", "fm-03"}, "found 'swep'; one of the commands " + commands + " (did you mean 'sweep'?)"},
    {{"frobnicate"}, "found 'frobnicate'; one of the commands " + commands},
    {{"--json", "sweep"}, "found '--json' in the place of a command; a command, its options behind it: " + commands},
    {{"run"}, "run: no scenario; " + scenario_wanted},
    {{"run", ""}, "run: no scenario; " + scenario_wanted},
    {{"run", "nosuch"}, "scenario 'nosuch': no such name; " + scenario_wanted},
    {{"run", "fm-03-counted-twize"}, "scenario 'fm-03-counted-twize': no such name; " + scenario_wanted + " (did you mean 'fm-03-counted-twice'?)"},
    {{"run", "fm-6"}, "scenario 'fm-6': fits more than one: fm-60-a-lock-that-is-swept, fm-61-who-deleted-this, fm-62-archived-and-alive, fm-63-forgot-before-the-stream, fm-65-child-before-parent; " + scenario_wanted},
    {{"run", "w"}, "scenario 'w': fits more than one: workshop-replication, written-again-unseen; " + scenario_wanted},
    {{"run", "fm-03", "--jsonl", "-", "--json"}, "run --jsonl: standard output, where --json writes already; one of the two, or a file"},
    {{"replay", "x.json", "--page", "-", "--json"}, "replay --page: standard output, where --json writes already; one of the two, or a file"},
    {{"run", "fm-03", "--page", "-", "--jsonl", "-"}, "run --jsonl: standard output, where --page writes already; one of the two, or a file"},
    {{"sweep", "fm-03", "--junit", "/dev/stdout", "--json"}, "sweep --junit: standard output, where --json writes already; one of the two, or a file"},
    {{"sweep", "fm-03", "--seed", "calm"}, "sweep --seed: found 'calm'; " + any_number},
    {{"run", "weir1.AAAA"}, "scenario: a failure's token; a scenario; a failure is played by `weir replay TOKEN`"},
    {{"run", "missing.json"}, "missing.json: no such file; the path of a scenario file, or a name that `weir list` shows"},
    {{"run", "scenarios/museum/fm-99/scenario.json"}, "scenarios/museum/fm-99/scenario.json: no such file; the path of a scenario file, or a name that `weir list` shows"},
    {{"run", "."}, "scenario '.': no such name; " + scenario_wanted},
    {{"run", "./"}, "./: a folder; the path of a file"},
    {{"run", "fm-03", "fm-05"}, "run: found 'fm-05'; one SCENARIO alone"},
    {{"run", "fm-03", "--sede", "3"}, "run: found '--sede'; one of --seed, --variant, --load, --trace, --metrics, --page, --jsonl, --out, --json, --help (did you mean '--seed'?)"},
    {{"run", "fm-03", "--seed"}, "run --seed: no value; --seed N"},
    {{"run", "fm-03", "--seed="}, "run --seed: no value; --seed N"},
    {{"run", "fm-03", "--seed", "calmly"}, "run --seed: found 'calmly'; " + any_number + ", or calm"},
    {{"run", "fm-03", "--seed", "-5"}, "run --seed: found '-5'; " + any_number + ", or calm"},
    {{"run", "fm-03", "--seed", "99999999999999999999999"}, "run --seed: found '99999999999999999999999'; " + any_number + ", or calm"},
    {{"run", "fm-03", "--seed", "1", "--seed", "2"}, "run --seed: given 2 times; the option once"},
    {{"run", "fm-03", "--trace=1"}, "run --trace: found a value; the flag alone: it takes no value"},
    {{"run", "workshop-replication", "--variant", "broken"}, "scenarios/catalogue/01-workshop-replication.json line 1: no variants, but \"broken\" was asked for; a file with that variant"},
    {{"run", "fm-05", "--load", "a=b"}, "run --load: found table 'a'; a scenario with a load: fm-05-marked-never-done has none"},
    {{"run", "workshop-replication", "--load", "logfile"}, "run --load: found 'logfile'; TABLE=FILE"},
    {{"run", "workshop-replication", "--load", "logfle=x.csv"}, "run --load: found table 'logfle'; a table with a load: logfile (did you mean 'logfile'?)"},
    {{"run", "workshop-replication", "--load", "logfile=x.csv"}, "x.csv: no such file; the path of a file"},
    {{"sweep", "fm-03", "--runs", "0"}, "sweep --runs: found '0'; a whole number from 1 to 1000000000000"},
    {{"sweep", "fm-03", "--runs", "1e6"}, "sweep --runs: found '1e6'; a whole number from 1 to 1000000000000"},
    {{"sweep", "fm-03", "--runs", "--seed", "3"}, "sweep --runs: no value; --runs N"},
    {{"sweep", "fm-03", "--jobs", "5000"}, "sweep --jobs: found '5000'; a whole number from 1 to 1024"},
    {{"sweep", "fm-03", "--until-found=yes"}, "sweep --until-found: found a value; the flag alone: it takes no value"},
    {{"sweep", "fm-03", "--out", ""}, "sweep --out: an empty value; a value that is not empty"},
    {{"sweep", "fm-03", "-j", "4"}, "sweep: found '-j'; one of --runs, --seed, --jobs, --variant, --load, --until-found, --continue, --junit, --page, --out, --json, --help"},
    {{"replay"}, "replay: no failure; the path of a failure file, or a token"},
    {{"replay", "nosuch.json"}, "nosuch.json: no such file; the path of a file"},
    {{"replay", "fm-03"}, "fm-03: a scenario; a failure file, or a token; a scenario is played by `weir run fm-03`"},
    {{"replay", "weir9.AAAA"}, "token: a token of form \"weir9\"; form \"weir1\": this is weir 0.1.0, another version wrote it"},
    {{"replay", "weir1.AAAA"}, "token: a token that was cut short; the whole token as it was printed"},
    {{"rules", "RTRY-1"}, "rules: no rule 'RTRY-1'; an ID that `weir rules` lists, such as RETRY-1 or FM-03 (did you mean 'RETRY-1'?)"},
    {{"rules", "TTL-4", "--coverage"}, "rules --coverage: found 'TTL-4' beside it; --coverage without an ID, or an ID alone"},
    {{"rules", "A", "B"}, "rules: found 'B'; one ID alone"},
    {{"choices", "everything"}, "choices: no choice site 'everything'; a site that `weir choices` lists, such as function.outcome"},
    {{"choices", "ttl.deletion_dely"}, "choices: no choice site 'ttl.deletion_dely'; a site that `weir choices` lists, such as function.outcome (did you mean 'ttl.deletion_delay'?)"},
    {{"oracles", "O-CONF"}, "oracles: no oracle 'O-CONF'; one that `weir oracles` lists, such as O-CONV (did you mean 'O-CONV'?)"},
    {{"metrics", "IteratorAg"}, "metrics: no metric 'IteratorAg'; one that `weir metrics` lists, such as IteratorAge (did you mean 'IteratorAge'?)"},
    {{"metrics", "Errors", "Throttles"}, "metrics: found 'Throttles'; one METRIC alone"},
    {{"list", "x"}, "list: found 'x'; options alone: this command takes no name"},
    {{"choices", "--jsn"}, "choices: found '--jsn'; one of --json, --help (did you mean '--json'?)"},
    {{"oracles", "--out", "x"}, "oracles: found '--out'; one of --json, --help"},
    {{"demo", "--runs", "x"}, "demo --runs: found 'x'; a whole number from 1 to 1000000"},
};
// clang-format on

}  // namespace

TEST_CASE("a wrong command line gets one clear error and exit code 3", "[weir][bad-input]") {
  const Folder folder;
  for (const Wrong& wrong : wrong_lines) {
    const Ended ended = folder.run(wrong.words);
    CHECK(ended.err == "weir: " + wrong.message + "\n");
    INFO(wrong.message);
    CHECK(ended.code == 3);
    const bool as_json = std::find(wrong.words.begin(), wrong.words.end(), "--json") != wrong.words.end();
    CHECK(ended.out.empty() != as_json);
  }
}

TEST_CASE("with --json an error is a document too", "[weir][bad-input]") {
  const Folder folder;
  const Ended ended = folder.run({"run", "fm-03", "--seed", "x", "--json"});
  CHECK(ended.code == 3);
  CHECK(ended.json()["exit"] == 3);
  CHECK(ended.json()["error"]["where"] == "weir run --seed");
  CHECK(ended.json()["error"]["found"] == "found 'x'");
  CHECK_FALSE(ended.err.empty());
}

TEST_CASE("a sweep's state of something else is refused, never overwritten", "[weir][bad-input]") {
  const Folder folder;
  const std::string file = "out/sweeps/fm-03-counted-twice-fixed-seed-5.json";
  const auto continued = [&](const std::string& seed) {
    return folder.run({"sweep", "fm-03", "--variant", "fixed", "--runs", "64", "--seed", seed, "--continue"});
  };
  CHECK(continued("5").code == 0);
  const std::string written = folder.read(file);
  const auto refused = [&](const std::string& content, const std::string& message) {
    folder.write(file, content);
    const Ended ended = continued("5");
    CHECK(ended.err == "weir: " + file + message + "\n");
    CHECK(ended.code == 3);
    CHECK(folder.read(file) == content);
  };
  CHECK(continued("6").err ==
        "weir: out/sweeps/fm-03-counted-twice-fixed-seed-6.json: no such sweep, but one of seed 5; --seed 5; leave --continue "
        "away to start over\n");
  CHECK(folder.read(file) == written);
  CHECK_FALSE(folder.has("out/sweeps/fm-03-counted-twice-fixed-seed-6.json"));
  refused("{}", ": no state of a sweep; a file that weir sweep wrote; leave --continue away to start over");

  auto json = nlohmann::json::parse(written);
  json["weir"] = "0.0.1";
  refused(json.dump(), ": a sweep of weir 0.0.1; one of weir 0.1.0; leave --continue away to start over");
  json = nlohmann::json::parse(written);
  json["scenario_hash"] = std::string(32, '0');
  refused(json.dump(),
          ": a sweep of another content of fm-03-counted-twice; the scenario as it was then; leave --continue away "
          "to start over");
  json = nlohmann::json::parse(written);
  json["state"]["untested"].erase(0);
  refused(json.dump(),
          ": a sweep of other promises; one that this program's oracles judged; leave --continue away to start over");
  json = nlohmann::json::parse(written);
  json["state"]["untested"][0]["runs"] = 65;
  refused(json.dump(), ": no state of a sweep; a file that weir sweep wrote; leave --continue away to start over");
  json = nlohmann::json::parse(written);
  json["seed"] = "6";
  refused(json.dump(), ": a sweep of seed 6; --seed 6; leave --continue away to start over");
  for (const char* member : {"next", "violations", "unknown", "facts", "events", "records", "virtual_microseconds"})
    for (const nlohmann::json& wrong :
         {nlohmann::json("many"), nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json(1ULL << 63U)}) {
      json = nlohmann::json::parse(written);
      json["state"][member] = wrong;
      refused(json.dump(), ": no state of a sweep; a file that weir sweep wrote; leave --continue away to start over");
    }
}

TEST_CASE("a place that cannot be written is told before the work", "[weir][bad-input]") {
  const Folder folder;
  folder.write("taken", "a file, not a folder");
  const Ended ended = folder.run({"sweep", "fm-03", "--runs", "1000000000", "--out", "taken/out"});
  CHECK(ended.code == 3);
  CHECK(ended.err.starts_with("weir: taken/out/"));
}

TEST_CASE("a failure file that names what is not there gets one clear error", "[weir][bad-input]") {
  const Folder folder;
  folder.write("f.json", R"({"scenario": "fm-03-counted-twize", "breaks": "O-ONCE", "deviations": []})");
  CHECK(folder.run({"replay", "f.json"}).err ==
        "weir: scenario 'fm-03-counted-twize': no such name; " + scenario_wanted + " (did you mean 'fm-03-counted-twice'?)\n");
  folder.write("f.json", R"({"scenario": "fm-03-counted-twice", "variant": "broken", "breaks": "O-ARCH", "deviations": []})");
  CHECK(folder.run({"replay", "f.json"}).err ==
        "weir: failure: breaks 'O-ARCH'; an oracle that fm-03-counted-twice asks for: O-ONCE, O-CONV\n");
}

TEST_CASE("a scenario and a failure are told apart, and the command that plays the other is named", "[weir][bad-input]") {
  const Folder folder;
  folder.write("f.json", R"({"scenario": "fm-03-counted-twice", "breaks": "O-ONCE", "deviations": []})");
  CHECK(folder.run({"run", "f.json"}).err ==
        "weir: f.json: a failure file; a scenario file; a failure is played by `weir replay f.json`\n");
  folder.write("s.json", R"({"name": "mine", "tables": [{"name": "orders", "key": "id"}]})");
  CHECK(folder.run({"replay", "s.json"}).err ==
        "weir: s.json: a scenario; a failure file, or a token; a scenario is played by `weir run s.json`\n");
}

TEST_CASE("code that nobody has and rules that nobody knows are told by their place in the scenario", "[weir][bad-input]") {
  const Folder folder;
  const auto refused = [&](const std::string& members, const std::string& message) {
    folder.write("s.json", "{\"name\": \"mine\", \"tables\": [{\"name\": \"orders\", \"key\": \"id\"}],\n" + members + "}");
    const Ended ended = folder.run({"run", "s.json"});
    CHECK(ended.err == "weir: s.json line " + message + "\n");
    CHECK(ended.code == 3);
  };
  const std::string wanted = " that comes with weir (`weir list --handlers`); your own code is played in your own tests";
  refused(R"("functions": [{"name": "copy",
    "handler": "nobodys"}])",
          "3 /functions/0/handler: no handler is called \"nobodys\"; a handler" + wanted);
  refused(
      R"("functions": [{"name": "copy", "handler": "fm-03/brken"}])",
      "2 /functions/0/handler: no handler is called \"fm-03/brken\"; a handler" + wanted + " (did you mean 'fm-03/broken'?)");
  refused(R"("functions": [{"name": "fm-09"}])",
          "2 /functions/0/handler: the handler \"fm-09\" comes as broken and as fixed; \"fm-09/broken\" or \"fm-09/fixed\"; or "
          "\"variants\": {\"broken\": {}, \"fixed\": {}} in the file");
  refused(R"("functions": [{"name": "nobodys"}])",
          "2 /functions/0/handler: no handler is called \"nobodys\"; a handler" + wanted);
  refused(R"("readers": [{"name": "r", "reader": "nobodys"}])",
          "2 /readers/0/reader: no reader is called \"nobodys\"; a reader" + wanted);
  refused(R"("rules": ["POLL-8", "POLL-99"])",
          "2 /rules/1: no rule \"POLL-99\"; an ID that `weir rules` lists (did you mean 'POLL-9'?)");
  refused(R"("functions": [{"name": "copy"}],
    "variants": {"broken": {
      "functions": [{"name": "copy", "handler": "nobodys"}]}})",
          "4 /variants/broken/functions/0/handler: no handler is called \"nobodys\"; a handler" + wanted);
}
