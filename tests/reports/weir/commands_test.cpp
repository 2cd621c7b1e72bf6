// What each command prints, and how it ends.
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "oracles/sql/database.hpp"
#include "tests/catch.hpp"
#include "tests/reports/weir/program.hpp"

using weir::test::Ended;
using weir::test::Folder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Rows in the shape of the workshop's file.
std::string log_rows(int rows) {
  std::string text;
  for (int i = 0; i < rows; ++i)
    text += std::to_string(9000 + i) + ",10.0.0." + std::to_string(i % 200) +
            ",2024-05-01,07,GMT+0100,GET,\"/page?id=" + std::to_string(i) + "\",200,512,\"a, \"\"quoted\"\" reader\"\n";
  return text;
}

}  // namespace

TEST_CASE("run plays the workshop's replication on a file of one's own and counts both tables", "[weir][O-CONV]") {
  const Folder folder;
  folder.write("my rows.csv", log_rows(2000));
  const Ended ended = folder.run({"run", "scenarios/catalogue/workshop-replication.json", "--load", "logfile=my rows.csv"});
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(contains(ended.out, "logfile 2,000 items, logfile_replica 2,000 items: they agree\n"));
  CHECK(ended.err.empty());

  const auto json = folder.run({"run", "workshop-replication", "--load", "logfile=my rows.csv", "--json"}).json();
  CHECK(json["copies"][0]["source_items"] == 2000);
  CHECK(json["copies"][0]["agree"] == true);
  CHECK(json["tables"]["logfile_replica"] == 2000);
  CHECK(json["verdict"] == "ok");
  CHECK(json["exit"] == 0);
}

TEST_CASE("run says what kept a mapping from its work, also where all promises hold", "[weir][POLL-12][ESM-20]") {
  const Folder folder;
  folder.write("s.json", R"({"name": "s", "tables": [{"name": "orders", "key": "id", "stream": "new_image"}, {"name": "view",
    "key": "id"}], "functions": [{"name": "mirror"}], "mappings": [{"table": "orders", "function": "mirror"}], "run_for": "1h",
    "steps": [{"at": "1s", "set_concurrency": {"function": "mirror", "limit": 0}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "A", "revision": 1}}},
              {"at": "3s", "set_concurrency": {"function": "mirror"}},
              {"at": "50min", "disable_mapping": {"mapping": "mirror"}}]})");
  const Ended ended = folder.run({"run", "s.json"});
  INFO(ended.out << ended.err);
  CHECK(contains(ended.out,
                 "\n  mapping mirror had 1 call of mirror throttled at 000:00:02.250000: the reserved concurrency of "
                 "mirror is 0\n"));
  CHECK(contains(ended.out, "\n  mapping mirror is Disabled from 000:50:00.000000 on (User action)\n"));
  CHECK(folder.run({"run", "s.json", "--json"}).json()["hindrances"].size() == 2);
}

TEST_CASE("a load longer than the scenario stretches it by the load and an hour", "[weir]") {
  const Folder folder;
  folder.write("rows.csv", log_rows(12'000));
  const Ended ended = folder.run({"run", "workshop-replication", "--load", "logfile=rows.csv", "--json"});
  CHECK(ended.code == 0);
  CHECK(ended.json()["virtual_seconds"] == 12'000 + 3600);
  CHECK(ended.json()["tables"]["logfile_replica"] == 12'000);
}

TEST_CASE("run says the same for the same seed, and other things for others", "[weir][determinism]") {
  const Folder folder;
  const std::string first = folder.run({"run", "fm-03", "--seed", "11", "--trace"}).out;
  CHECK(first == folder.run({"run", "fm-03", "--seed", "11", "--trace"}).out);
  CHECK(first != folder.run({"run", "fm-03", "--seed", "12", "--trace"}).out);
  CHECK(contains(first, "run_started  scenario=fm-03-counted-twice"));
  CHECK(contains(first, "run_ended"));
  CHECK(contains(first, "variant broken, since none was asked for; there is --variant fixed"));
  const auto json = folder.run({"run", "fm-03", "--seed", "11", "--trace", "--json"}).json();
  CHECK(json["trace"].size() == json["facts"]);
  CHECK(contains(first, json["hash"].get<std::string>()));
}

TEST_CASE("a scenario's file needs no ending that says so, and list names the code that files may", "[weir]") {
  const Folder folder;
  folder.write("incident", R"({"name": "mine", "tables": [{"name": "orders", "key": "id"}]})");
  CHECK(folder.run({"run", "incident", "--json"}).json()["scenario"] == "mine");
  CHECK(contains(folder.run({"run", "incidnt"}).err, "no such name"));
  const std::string listed = folder.run({"list", "--handlers"}).out;
  CHECK(contains(listed, "handlers\n"));
  CHECK(contains(listed, " mirror, "));
  CHECK(contains(listed, " fm-09/broken, "));
  CHECK(contains(listed, "readers\n"));
  const auto all = folder.run({"list", "--handlers", "--json"}).json();
  CHECK(all[0]["kind"] == "handler");
}

TEST_CASE("a calm run without operations tests nothing, and says so with exit code 2", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"run", "fm-03", "--variant", "fixed"});
  CHECK(ended.code == 2);
  CHECK(contains(ended.out, "a calm plan plays no generated operations: --seed N does"));
  CHECK(folder.run({"run", "fm-03", "--seed", "calm"}).code == 2);
}

TEST_CASE("run --metrics shows what CloudWatch would, and what became of every record", "[weir][METRIC-2]") {
  const Folder folder;
  const std::string out = folder.run({"run", "fm-03", "--seed", "11", "--metrics"}).out;
  CHECK(contains(out, "what CloudWatch would show (weir metrics explains)\n"));
  CHECK(contains(out, "  Invocations             FunctionName=count"));
  CHECK(contains(out, "under mapping count\n  handled"));
  const auto json = folder.run({"run", "fm-03", "--seed", "11", "--metrics", "--json"}).json();
  CHECK(json["metrics"][0]["points"][0]["minute"] == 0);
  CHECK(json["accounts"][0]["records"] == json["records"]);
  CHECK(contains(folder.run({"run", "fm-03", "--variant", "fixed", "--metrics"}).out, "  nothing\n"));
  const std::string explained = folder.run({"metrics"}).out;
  for (const auto& metric : json["metrics"]) CHECK(contains(explained, metric["metric"].get<std::string>() + "  ("));
  CHECK(folder.run({"metrics", "--json"}).json()[0]["service"] == "AWS/DynamoDB");
}

TEST_CASE("run --jsonl writes a fact a line, sweep --junit what each oracle says", "[weir][export]") {
  const Folder folder;
  const auto json = folder.run({"run", "fm-03", "--seed", "11", "--jsonl", "facts.jsonl", "--json"}).json();
  const std::string lines = folder.read("facts.jsonl");
  CHECK(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) == json["facts"]);
  CHECK(nlohmann::json::parse(lines.substr(0, lines.find('\n')))["kind"] == "run_started");

  const auto swept = folder.run({"sweep", "fm-03", "--runs", "50", "--seed", "7", "--junit", "ci/weir.xml", "--json"}).json();
  const std::string xml = folder.read("ci/weir.xml");
  CHECK(contains(xml, "<testsuite name=\"fm-03-counted-twice (broken)\""));
  CHECK(contains(xml, "name=\"O-ONCE\"><failure message="));
  CHECK(contains(xml, "broken in " + std::to_string(swept["broken"]["O-ONCE"].get<int>()) + " of 50 runs"));
  CHECK(folder.run({"sweep", "fm-03", "--runs", "5", "--junit", "/dev/null/x.xml"}).code == 3);
}

TEST_CASE("- is standard output for --jsonl and --junit, and the report goes to standard error", "[weir][export]") {
  const Folder folder;
  for (const char* place : {"-", "/dev/stdout"}) {
    const Ended run = folder.run({"run", "fm-03", "--seed", "11", "--jsonl", place});
    std::istringstream lines(run.out);
    std::size_t facts = 0;
    for (std::string line; std::getline(lines, line); ++facts) CHECK(nlohmann::json::parse(line)["fact"] == facts);
    CHECK(facts > 10);
    CHECK(run.err == folder.run({"run", "fm-03", "--seed", "11"}).out);
  }
  const Ended swept = folder.run({"sweep", "fm-03", "--runs", "50", "--seed", "7", "--junit", "-"});
  CHECK(swept.code == 1);
  CHECK(swept.out.starts_with("<?xml"));
  CHECK(swept.out.ends_with("</testsuites>\n"));
  CHECK(contains(swept.err, "O-ONCE broke in "));
  CHECK_FALSE(folder.has("-"));
}

TEST_CASE("--page draws a run, a sweep and a failure as a page", "[weir][page]") {
  const Folder folder;
  const Ended run = folder.run({"run", "fm-03", "--seed", "1", "--page", "run.html"});
  CHECK(run.code == 1);
  const std::string page = folder.read("run.html");
  CHECK(contains(page, "<h2>fm-03-counted-twice (broken), seed 1</h2>"));
  CHECK(contains(page, "<h3>O-ONCE broke in fm-03-counted-twice (broken)</h3>"));
  CHECK(contains(page, "run fm-03-counted-twice --variant broken --seed 1</pre>"));
  CHECK(contains(page, "<b>Invocations</b>"));
  CHECK(contains(folder.run({"run", "fm-03", "--variant", "fixed", "--page", "-"}).out, "<td>O-ONCE</td>"));

  CHECK(folder.run({"sweep", "fm-03", "--runs", "50", "--seed", "7", "--page", "sweep.html"}).code == 1);
  const std::string swept = folder.read("sweep.html");
  CHECK(contains(swept, "<td class=\"n\">50</td>"));
  CHECK(contains(swept, "<span class=\"tag found\">found</span> O-CONV broke in "));
  CHECK(contains(swept, "<h2>O-ONCE broke in fm-03-counted-twice (broken)</h2>"));

  const std::string failure = "out/failures/fm-03-counted-twice-broken-O-ONCE.json";
  CHECK(folder.run({"replay", failure, "--page", "again.html"}).code == 1);
  CHECK(contains(folder.read("again.html"), "<h2>O-ONCE broke in fm-03-counted-twice (broken)</h2>"));
  CHECK(folder.run({"replay", failure, "--variant", "fixed", "--page", "twin.html"}).code == 0);
  CHECK(contains(folder.read("twin.html"), "<h2>O-ONCE holds in fm-03-counted-twice (fixed)</h2>"));
  CHECK(contains(folder.read("twin.html"), failure + " --variant fixed</pre>"));
}

TEST_CASE("--jsonl writes what is no file as it is: a FIFO stays one", "[weir][export]") {
  const Folder folder;
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const pid_t pid = folder.start({"run", "fm-03", "--seed", "11", "--jsonl", "pipe"});
  const std::string taken = folder.read("pipe");
  CHECK(folder.wait(pid).code == folder.run({"run", "fm-03", "--seed", "11", "--jsonl", "file"}).code);
  CHECK(taken == folder.read("file"));
  CHECK(std::filesystem::is_fifo(path));
}

TEST_CASE("the begin of a listed name will do where only one fits", "[weir]") {
  const Folder folder;
  const auto name = [&](const char* begin) {
    return folder.run({"run", begin, "--seed", "1", "--json"}).json().at("scenario").get<std::string>();
  };
  CHECK(name("workshop") == "workshop-replication");
  CHECK(name("01") == "workshop-replication");
  CHECK(name("fm-03") == "fm-03-counted-twice");
}

TEST_CASE("run --out keeps the run for SQL", "[weir]") {
  const Folder folder;
  CHECK(folder.run({"run", "running-totals", "--seed", "4", "--out", "kept"}).code == 0);
  CHECK(folder.has("kept/weir.sqlite"));
}

TEST_CASE("list, choices, oracles and rules print for people, and the same as JSON", "[weir]") {
  const Folder folder;
  const Ended list = folder.run({"list"});
  CHECK(list.code == 0);
  CHECK(contains(list.out, "fm-03-counted-twice  (broken, fixed)\n"));
  CHECK(folder.run({"list", "--json"}).json().size() >= 19);

  const Ended choices = folder.run({"choices"});
  CHECK(choices.code == 0);
  CHECK(contains(choices.out, "ttl.deletion_delay  (duration, open)"));
  for (const auto& site : folder.run({"choices", "--json"}).json()) {
    INFO(site);
    for (const char* member : {"site", "type", "nature", "envelope", "calm", "rules", "asks"})
      CHECK_FALSE(site.at(member).get<std::string>().empty());
    CHECK(contains(choices.out, site.at("asks").get<std::string>().substr(0, 40)));
  }

  const Ended oracles = folder.run({"oracles"});
  CHECK(oracles.code == 0);
  CHECK(contains(oracles.out, "O-STREAM  (the model's own: on in every run)"));
  std::set<std::string> names;
  for (const auto& oracle : folder.run({"oracles", "--json"}).json()) names.insert(oracle.at("oracle").get<std::string>());
  CHECK(names.count("O-ONCE") == 1);
  CHECK(names.size() >= 10);
}

TEST_CASE("choices, oracles and metrics show the one that is named", "[weir]") {
  const Folder folder;
  CHECK(folder.run({"choices", "ttl.deletion_delay"}).out.starts_with("ttl.deletion_delay  (duration, open)\n"));
  CHECK(folder.run({"oracles", "O-ACCESS"}).out.starts_with("O-ACCESS  (the model's own: on in every run)\n"));
  CHECK(folder.run({"metrics", "IteratorAge"}).out ==
        "IteratorAge  (AWS/Lambda, Milliseconds)\n    Age of the batch's last record when the batch was sent.\n");
  CHECK(folder.run({"choices", "ttl.deletion_delay", "--json"}).json().at("calm") == "10min");
  CHECK(folder.run({"oracles", "O-CONV", "--json"}).json().at("oracle") == "O-CONV");
  CHECK(folder.run({"metrics", "Throttles", "--json"}).json().at("unit") == "Count");
}

TEST_CASE("rules explains every ID that the tree may cite", "[weir]") {
  const Folder folder;
  std::map<std::string, nlohmann::json> told;
  for (const auto& rule : folder.run({"rules", "--json"}).json()) told[rule.at("rule").get<std::string>()] = rule;
  CHECK(told.size() >= 530);
  std::ifstream ids("tests/tidy/rule_ids.txt");
  REQUIRE(ids);
  for (std::string line; std::getline(ids, line);) {
    if (line.empty() || line.front() == '#') continue;
    INFO(line);
    REQUIRE(told.count(line) == 1);
    CHECK(told[line].at("text").get<std::string>().size() > 10);
  }
  for (const auto& site : folder.run({"choices", "--json"}).json()) {
    std::istringstream rules(site.at("rules").get<std::string>());
    for (std::string id; rules >> id;) {
      INFO(site.at("site") << " cites " << id);
      CHECK(told.count(id) == 1);
    }
  }
  const Ended one = folder.run({"rules", "retry-1"});
  CHECK(one.code == 0);
  CHECK(contains(one.out, "RETRY-1  (guarantee)\n"));
  CHECK(contains(one.out, "    used by: choice function.outcome\n"));
  CHECK(contains(folder.run({"rules", "FM-3"}).out, "The batch that counted twice"));
  CHECK(contains(folder.run({"rules", "O-ONCE"}).out, "O-ONCE  (promise)"));
}

TEST_CASE("rules --coverage shows where each rule stands, and the sums agree", "[weir]") {
  const Folder folder;
  const Ended shown = folder.run({"rules", "--coverage"});
  CHECK(shown.code == 0);
  CHECK(contains(shown.out, "\n 9  TTL "));
  CHECK(contains(shown.out, "\nTTL-4      modelled      test_"));
  CHECK(contains(shown.out, "                         choice ttl.deletion_delay\n"));
  std::istringstream lines(shown.out);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.size() <= 120);
  }

  const nlohmann::json json = folder.run({"rules", "--coverage", "--json"}).json();
  std::map<std::string, std::size_t> standings;
  for (const auto& rule : json.at("ledger")) {
    standings[rule.at("standing").get<std::string>()] += 1;
    CHECK((rule.at("standing") == "modelled") == !rule.at("tests").empty());
  }
  const auto& total = json.at("total");
  CHECK(total.at("rules") == json.at("ledger").size());
  CHECK(total.at("modelled") == standings["modelled"]);
  CHECK(total.at("choice") == standings["a choice"]);
  CHECK(total.at("not_modelled") == standings["not modelled"]);
  CHECK(total.at("open") == standings["open"]);
  std::size_t differing = 0;
  for (const auto& rule : json.at("ledger")) differing += !rule.at("differs").get<std::string>().empty();
  CHECK(total.at("differing") == differing);
  CHECK(contains(shown.out, "\n                         differs: "));
  CHECK(contains(folder.run({"rules", "TTL-4"}).out, "    differs: "));
  CHECK(folder.run({"rules", "TTL-4", "--json"}).json().at("standing") == "modelled");
  CHECK(contains(folder.run({"rules", "TTL-4"}).out, "    tested by: test_"));
}

TEST_CASE("demo plays everything: a table, a page, a database, and failures that replay", "[weir]") {
  const Folder folder;
  const Ended ended = folder.run({"demo", "--out", "shown", "--runs", "100", "--json"});
  INFO(ended.err);
  CHECK(ended.code == 0);
  const auto json = ended.json();
  std::size_t broken = 0;
  std::uint64_t most_untested = 0;
  for (const auto& row : json["scenarios"]) {
    INFO(row["scenario"] << " " << row["variant"] << ": " << row["verdict"]);
    CHECK(row["as_expected"] == true);
    if (row["variant"] == "broken") {
      broken += 1;
      CHECK(row["failure"]["deviations"].size() <= 5);
    }
    if (row["variant"] == "fixed") CHECK(row["violations"] == 0);
    if (row["violations"] > 0) continue;
    const auto untested = row["unknown"].get<std::uint64_t>();
    const std::string left = "clean, " + std::to_string(untested) + (untested == 1 ? " run left " : " runs left ");
    CHECK((untested == 0 ? row["verdict"] == "clean" : row["verdict"].get<std::string>().starts_with(left)));
    most_untested = std::max(most_untested, untested);
  }
  CHECK(most_untested > 1);
  CHECK(broken >= 14);
  CHECK(contains(folder.read("shown/report.html"), "fm-03-counted-twice"));
  CHECK(folder.has("shown/weir.sqlite"));
  CHECK(folder.run({"replay", "shown/failures/fm-03-counted-twice-broken-O-ONCE.json"}).code == 1);

  const Ended again = folder.run({"demo", "--out", "shown", "--runs", "50"});
  CHECK(again.code == 0);
  CHECK(contains(again.out, "scenario "));
  CHECK(contains(again.out, "shown/report.html"));
}

TEST_CASE("a demo whose database fails tells its table all the same, then what went wrong", "[weir][bad-input]") {
  const Folder folder;
  folder.run({"sweep", "fm-03", "--runs", "5", "--out", "shown"});
  weir::Database::file((folder.path() / "shown/weir.sqlite").string()).run("ALTER TABLE sweeps RENAME TO taken_away");
  const Ended ended = folder.run({"demo", "--out", "shown", "--runs", "1"});
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  CHECK(contains(ended.out, "\nfm-03-counted-twice "));
  CHECK(contains(ended.out, "  O-ONCE broke in run "));
  CHECK(contains(ended.out, "  shown/report.html "));
  CHECK_FALSE(contains(ended.out, "weir.sqlite"));
  CHECK(ended.err ==
        "weir: shown/weir.sqlite: no such table: sweeps; the path of a new file, or of one this version of weir made; what was "
        "played is told all the same\n");
  CHECK(folder.run({"replay", "shown/failures/fm-03-counted-twice-broken-O-ONCE.json"}).code == 1);
  const auto json = folder.run({"demo", "--out", "shown", "--runs", "1", "--json"}).json();
  CHECK(json["exit"] == 3);
  CHECK(json["error"]["found"] == "no such table: sweeps");
  CHECK(json["scenarios"].size() > 60);
}

TEST_CASE("a demo whose failures cannot be written tells its table and keeps them for SQL", "[weir][bad-input]") {
  const Folder folder;
  folder.write("shown/failures", "no folder");
  const Ended ended = folder.run({"demo", "--out", "shown", "--runs", "1"});
  INFO(ended.out << ended.err);
  CHECK(ended.code == 3);
  CHECK(contains(ended.out, "  O-ONCE broke in run "));
  CHECK(contains(ended.out, "  shown/weir.sqlite "));
  CHECK_FALSE(contains(ended.out, "weir replay "));
  CHECK(ended.err.starts_with("weir: shown/failures"));
  CHECK(ended.err.ends_with("; what was played is told all the same\n"));
}

TEST_CASE("a demo that is told to end says so, with exit code 2", "[weir]") {
  const Folder folder;
  const pid_t pid = folder.start({"demo", "--out", "shown", "--runs", "1000000"});
  while (!folder.has("shown/weir.sqlite")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(1));  // it then plays the first scenario, for minutes
  kill(pid, SIGINT);
  const Ended ended = folder.wait(pid);
  INFO(ended.out);
  CHECK(ended.code == 2);
  CHECK(ended.err == "weir: stopping: the runs under way end first; again to drop them\n");
  CHECK(contains(ended.out, "  stopped  "));
  CHECK_FALSE(contains(ended.out, "NOT EXPECTED"));
}

TEST_CASE("help and version end well", "[weir]") {
  const Folder folder;
  CHECK(folder.run({"--version"}).out == "weir 0.1.0\n");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--help"}, {"sweep", "--help"}, {"run", "-h"}, {"demo", "--help"}}) {
    const Ended ended = folder.run(words);
    CHECK(ended.code == 0);
    CHECK(contains(ended.out, "Exit codes: 0 ok, 1 violation, 2 unknown"));
    CHECK(ended.err.empty());
  }
}

TEST_CASE("a reader that goes away is no error", "[weir]") {
  const Folder folder;
  const std::vector<std::vector<std::string>> lines{{"run", "workshop-replication", "--trace"},
                                                    {"run", "workshop-replication", "--trace", "--json"},
                                                    {"rules"},
                                                    {"choices"},
                                                    {"--help"}};
  for (const auto& words : lines) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{10}}) {
      const Ended ended = folder.run_with_reader_gone_after(bytes, words);
      INFO(words.front());
      CHECK(ended.signal == 0);
      CHECK(ended.code == 0);
      CHECK(ended.err.empty());
    }
  }
}

TEST_CASE("standard output that takes no more is told once", "[weir][bad-input]") {
  if (!std::filesystem::exists("/dev/full")) return;
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder.path() / ".stdout");
  const pid_t pid = folder.start({"rules"});
  int status = 0;
  waitpid(pid, &status, 0);
  CHECK(WEXITSTATUS(status) == 3);
  CHECK(folder.read(".stderr") ==
        "weir: standard output: cannot be written: No space left on device; a place that takes all of the output\n");
}
