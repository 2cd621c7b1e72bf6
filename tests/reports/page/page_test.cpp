#include "reports/page/page.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "reports/page/charts.hpp"
#include "reports/page/timeline.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

// A record delivered twice to a handler that adds: the smallest story with a retry in it.
std::vector<Fact> counted_twice() {
  Trace trace;
  trace.keep(true);
  const TableId orders{0}, totals{1};
  const ItemKey a(AttributeValue("A")), g(AttributeValue("g"));
  const auto records = std::make_shared<const std::vector<RecordId>>(std::vector<RecordId>{RecordId{0}});
  trace.note(Instant{}, no_fact, RunStarted{"counted <twice>", 1'767'225'600});
  trace.note(Instant{}, no_fact, TableDeclared{orders, "orders", "id", "", "expires_at"});
  trace.note(Instant{}, no_fact, TableDeclared{totals, "totals", "group", "", ""});
  trace.note(Instant{}, no_fact, StreamEnabled{StreamId{0}, orders, StreamView::new_image, "arn"});
  trace.note(Instant{}, no_fact, ShardOpened{StreamId{0}, ShardId{0}, no_shard, "0"});
  trace.note(Instant{}, no_fact, MappingDeclared{MappingId{0}, "count", StreamId{0}, FunctionId{0}, "count"});
  const FactIndex write =
      trace.note(Instant(1s), no_fact, Written{orders, a, ChangeKind::insert, {}, Item{{"id", "A"}}, Actor::client(0)});
  const FactIndex shown = trace.note(
      Instant(1050ms), write,
      Appended{
          StreamId{0}, ShardId{0}, RecordId{0}, SequenceNumber{1}, EventName::insert, orders, a, {}, Item{{"id", "A"}}, write});
  FactIndex cause = shown;
  for (const std::uint64_t attempt : {0, 1}) {
    const Instant at = Instant(2s) + attempt * Duration(5s);
    const FactIndex start = trace.note(at, cause,
                                       InvocationStarted{InvocationId{attempt}, FunctionId{0}, MappingId{0}, ShardId{0}, 0,
                                                         static_cast<std::uint32_t>(attempt), records});
    trace.note(at + 5ms, start,
               Written{totals, g, attempt ? ChangeKind::modify : ChangeKind::insert, attempt ? Item{{"count", 1}} : Item{},
                       Item{{"count", 1 + static_cast<int>(attempt)}}, Actor::of(InvocationId{attempt})});
    cause = trace.note(at + 10ms, start,
                       InvocationEnded{InvocationId{attempt}, MappingId{0},
                                       attempt ? InvocationOutcome::ok : InvocationOutcome::answer_lost, 1});
  }
  trace.note(Instant(1h), no_fact, TtlJudged{orders, a, 1'767'225'700, TtlVerdict::deleted});
  trace.note(Instant(1h), no_fact, Trimmed{StreamId{0}, ShardId{0}, 1, RecordId{0}});
  return trace.take_facts();
}

std::size_t times(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

Report report() {
  Report r{.title = "Weir <report>"};
  r.rows = {{"counted <twice>", "broken", 32, 5, 0, "O-ONCE broke in run 9", true, 3'600'000'000, 0.5},
            {"other", "fixed", 320, 1, 0, "O-CONV broke", false, 60'000'000, 0.1},
            {"third", "fixed", 320, 0, 3, "clean, 3 runs left O-LIVE untested", true, 60'000'000, 0.1},
            {"fourth", "fixed", 3200, 0, 0, "clean", true, 60'000'000, 0.1}};
  const std::vector<Fact> trace = counted_twice();
  Run run;
  run.trace = trace;
  Verdict verdict{Verdict::Kind::violation, "O-ONCE", "g was counted <twice>", {6, 12}, "POLL-8", true};
  Scenario scenario{.name = "counted <twice>", .variant = "broken"};
  const Story story = story_of(scenario, run, verdict);
  r.runs.push_back({.scenario = scenario.name,
                    .variant = scenario.variant,
                    .title = story.title,
                    .stories = {story},
                    .replay = "weir replay x.json",
                    .token = "weir1.abc",
                    .trace = trace});
  return r;
}

}  // namespace

TEST_CASE("the timeline draws shards, records, attempts by outcome, the TTL window, trims and rings what proves the violation",
          "[page]") {
  const std::string whole = draw_timeline(counted_twice(), {});
  CHECK(times(whole, "class=\"shard\"") == 1);
  CHECK(times(whole, "class=\"record\"") == 1);
  CHECK(times(whole, "class=\"attempt failed\"") == 1);
  CHECK(times(whole, "class=\"attempt ok\"") == 1);
  CHECK(times(whole, "class=\"ttl\"") == 1);
  CHECK(times(whole, "class=\"trim\"") == 1);
  CHECK(times(whole, "class=\"ring\"") == 0);
  const std::string proven = draw_timeline(counted_twice(), {6, 12});
  CHECK(times(proven, "class=\"ring\"") == 2);
  CHECK(times(proven, "class=\"violation\"") == 2);  // the line and its word
  CHECK(times(proven, "class=\"trim\"") == 0);       // after the proof
}

TEST_CASE("the timeline shows when a mapping was at rest, where a poller was lost and where another went back",
          "[page][ESM-20][LOOP-12][OPEN-10]") {
  const std::vector<Fact> trace = counted_twice();
  std::vector<Fact> more = trace;
  const auto add = [&more](Duration at, FactBody what) {
    more.push_back({more.size(), no_fact, Instant(at), std::move(what)});
  };
  const auto enter = [&add](Duration at, MappingState state) {
    add(at, MappingStateChanged{MappingId{0}, state, "User action", ProcessingResult::ok});
  };
  add(2h, PollerLost{MappingId{0}, ShardId{0}, InvocationId{1}, 1min});
  add(2h + 1min, Replayed{MappingId{0}, ShardId{0}, std::make_shared<const std::vector<RecordId>>(1, RecordId{0})});
  enter(3h, MappingState::disabling);
  enter(4h, MappingState::disabled);
  enter(5h, MappingState::updating);
  enter(6h, MappingState::disabled);
  enter(7h, MappingState::enabling);
  enter(8h, MappingState::enabled);
  enter(9h, MappingState::disabled);  // for good
  const std::string drawn = draw_timeline(more, {});
  CHECK(times(drawn, "class=\"rest\"") == 2);
  CHECK(drawn.find("<title>004:00:00.000000  mapping count is Disabled</title>") != std::string::npos);
  CHECK(drawn.find("<title>009:00:00.000000  mapping count is Disabled</title>") != std::string::npos);
  CHECK(times(drawn, "class=\"trim\"") == 2);  // of the stream, and of the poller
  CHECK(times(drawn, "class=\"back\"") == 1);
  CHECK(times(draw_timeline(trace, {}), "class=\"rest\"") == 0);
}

TEST_CASE("a timeline that is cut says so, and an empty one says that too", "[page]") {
  const std::string cut = draw_timeline(counted_twice(), {}, 6);
  INFO(cut);
  CHECK(cut.find(" left out, where the dashed line is.") != std::string::npos);
  CHECK(times(cut, "class=\"gap\"") == 1);
  CHECK(times(cut, "class=\"trim\"") == 1);  // the end is there
  CHECK(draw_timeline(counted_twice(), {}).find("left out") == std::string::npos);
  CHECK(times(draw_timeline(counted_twice(), {6, 12}, 6), "class=\"ring\"") == 2);  // both ends of the proof
  CHECK(draw_timeline({}, {}) == "<p>Nothing to draw.</p>");
}

TEST_CASE("what an operator would have seen is drawn: a chart a metric, every record's account, the log lines",
          "[page][METRIC-2]") {
  const std::string drawn = draw_operations(counted_twice());
  CHECK(times(drawn, "<figure class=\"metric\"") == 7);
  CHECK(drawn.find("<b>Invocations</b> <span>2</span>") != std::string::npos);
  CHECK(drawn.find("<b>ConcurrentExecutions</b> <span>1 at most</span>") != std::string::npos);
  CHECK(drawn.find("<td>count</td><td>not settled</td><td class=\"n\">1</td>") != std::string::npos);
  CHECK(drawn.find("log line") == std::string::npos);

  std::vector<Fact> with_log = counted_twice();
  with_log.push_back(
      {static_cast<FactIndex>(with_log.size()), no_fact, Instant(2h), Logged{Actor::of(InvocationId{1}), "a < b"}});
  const std::string logged = draw_operations(with_log);
  CHECK(logged.find("1 log line<") != std::string::npos);
  CHECK(logged.find("invocation 1  a &lt; b") != std::string::npos);
  CHECK(draw_operations({}).empty());
}

TEST_CASE("a level is drawn at its height, not added up", "[page]") {
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, QueueDeclared{QueueId{0}, "letters"});
  for (const std::uint64_t id : {0, 1, 2})
    trace.note(Instant(1s), no_fact, MessageSent{.queue = QueueId{0}, .message = MessageId{id}});
  trace.note(Instant(30s), no_fact, MessageGone{QueueId{0}, MessageId{2}, MessageEnd::removed});
  trace.note(Instant(50s), no_fact, MessageGone{QueueId{0}, MessageId{1}, MessageEnd::removed});
  const std::string drawn = draw_operations(trace.facts());
  INFO(drawn);
  CHECK(drawn.find("<b>ApproximateNumberOfMessages</b> <span>3 at most</span>") != std::string::npos);
  CHECK(drawn.find("<b>ApproximateAgeOfOldestMessage</b> <span>49.0 s at most</span>") != std::string::npos);
  CHECK(drawn.find("<b>NumberOfMessagesDeleted</b> <span>2</span>") != std::string::npos);
}

TEST_CASE("the page holds summary, story and replay command, escapes text and needs no network", "[page]") {
  const std::string page = render_page(report());
  CHECK(page == render_page(report()));
  CHECK(times(page, "<tr") == 7);  // four rows of the summary, one of the accounts, and their heads
  CHECK(times(page, "not as expected") == 1);
  CHECK(times(page, ">clean</span> 3 runs left O-LIVE untested</td>") == 1);
  CHECK(times(page, ">clean</span> </td>") == 1);
  CHECK(times(page, ">3,200</td>") == 1);
  CHECK(page.find("3,872 runs, 63 min of virtual time, 1 failure told below.") != std::string::npos);
  CHECK(page.find("<a href=\"#run-0\">counted &lt;twice&gt;</a>") != std::string::npos);
  CHECK(times(page, "O-ONCE broke in counted &lt;twice&gt; (broken)") == 1);  // its heading alone
  CHECK(page.find("its answer is lost") != std::string::npos);
  CHECK(page.find("weir replay x.json") != std::string::npos);
  CHECK(page.find("counted <twice>") == std::string::npos);
  for (const char* outside : {"http://", "https://", "<script", "<link", "@import", "url("})
    CHECK(page.find(outside) == std::string::npos);
}

TEST_CASE("a run that broke nothing is drawn too, with what each oracle says, and a long list of decisions is folded",
          "[page]") {
  PageRun run{.title = "counted (fixed), calm",
              .summary = "played 2 h",
              .verdicts = {{Verdict::Kind::ok, "O-ONCE", "", {}, "POLL-8", true},
                           {Verdict::Kind::unknown, "O-CONV", "nothing <to> compare", {}, "STREAM-2", true}},
              .trace = counted_twice()};
  const std::string page = render_page({.title = "A run", .runs = {run}});
  CHECK(page.find("<h2>counted (fixed), calm</h2>\n<p class=\"soft\">played 2 h</p>") != std::string::npos);
  CHECK(page.find("<td>O-ONCE</td><td><span class=\"tag \">ok</span>") != std::string::npos);
  CHECK(page.find("<td>O-CONV</td><td><span class=\"tag untested\">unknown</span></td><td>nothing &lt;to&gt; compare</td>") !=
        std::string::npos);
  CHECK(times(page, "<svg class=\"timeline\"") == 1);
  for (const char* absent : {"id=\"summary\"", "Play it again", "as a token", "How it came about"})
    CHECK(page.find(absent) == std::string::npos);

  Story story{.title = "O-ONCE broke in it"};
  story.decisions.assign(40, StoryLine{.text = "one"});
  run.stories = {story};
  CHECK(render_page({.runs = {run}}).find("<h3>40 decisions that cause it</h3>") != std::string::npos);
  run.stories.front().decisions.push_back(StoryLine{.text = "one more"});
  const std::string folded = render_page({.runs = {run}});
  CHECK(folded.find("<details><summary class=\"soft\">41 decisions that cause it</summary>") != std::string::npos);
  CHECK(folded.find("<h3>O-ONCE broke in it</h3>") != std::string::npos);  // below the run's own heading
}

TEST_CASE("a chart's axis is time: a day without anything measured is as wide as it was long", "[page]") {
  Trace trace;
  trace.keep(true);
  trace.note(Instant{}, no_fact, QueueDeclared{QueueId{0}, "letters"});
  for (const Duration at : {Duration(1min), Duration(6h), Duration(24h + 1min)})
    trace.note(Instant(at), no_fact, MessageSent{.queue = QueueId{0}, .message = MessageId{0}});
  const std::string drawn = draw_operations(trace.facts());
  const std::string sent = drawn.substr(drawn.find("<b>NumberOfMessagesSent</b>"));
  INFO(sent.substr(0, 1200));
  CHECK(sent.find("<rect class=\"bar\" x=\"0.0\"") != std::string::npos);
  CHECK(sent.find("<rect class=\"bar\" x=\"74.7\"") != std::string::npos);
  CHECK(sent.find("<rect class=\"bar\" x=\"298.0\"") != std::string::npos);  // within the chart's 300
  CHECK(sent.find("y=\"8\">1</text>") != std::string::npos);                 // the highest bar
}

TEST_CASE("headless Chromium opens the page and finds its table and drawing", "[page][browser]") {
  const std::string chromium = WEIR_CHROMIUM;
  if (chromium.empty()) {
    WARN("no Chromium on this machine: skipped");
    return;
  }
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("weir-page-" + std::to_string(std::rand()));
  fs::create_directories(folder);
  std::ofstream(folder / "report.html") << render_page(report());
  const std::string command =
      chromium +
      " --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
      " --disable-component-update --disable-sync --user-data-dir=" +
      (folder / "profile").string() + " --dump-dom file://" + (folder / "report.html").string() + " > " +
      (folder / "dom.html").string() + " 2> " + (folder / "log.txt").string();
  CHECK(std::system(command.c_str()) == 0);
  std::ifstream file(folder / "dom.html");
  const std::string dom{std::istreambuf_iterator<char>(file), {}};
  fs::remove_all(folder);
  CHECK(dom.find("id=\"summary\"") != std::string::npos);
  CHECK(times(dom, "<svg class=\"timeline\"") == 1);
  CHECK(times(dom, "<figure class=\"metric\"") == 7);
  CHECK(times(dom, "class=\"ring\"") == 2);
}
