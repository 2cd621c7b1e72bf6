#include "scenarios/explore/sweep.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace weir {

namespace {

using Clock = std::chrono::steady_clock;

// A chunk is large enough that handing it out costs nothing, and short enough that what is done is soon put together.
constexpr std::uint64_t most_chunk_runs = 32;
constexpr std::chrono::milliseconds short_chunk{10}, long_chunk{100};

// Hands out chunks in order and puts their results together in order, so that a stop at any moment leaves a prefix, and so
// that no result depends on the size of chunks. A chunk that ends early gives what it has; those behind it then wait for ever.
class Board {
 public:
  explicit Board(const SweepOptions& options)
      : options_(options), state_(options.from), next_(options.from.next), limit_(has_found() ? 0 : options.runs) {}

  struct Chunk {
    std::uint64_t first, last;
  };
  std::optional<Chunk> take(std::uint64_t runs) {
    const std::lock_guard lock(mutex_);
    if (error_ || !is_wanted(next_)) return std::nullopt;
    const Chunk chunk{next_, std::min(limit_.load(), next_ + runs)};
    next_ = chunk.last;
    return chunk;
  }
  bool is_wanted(std::uint64_t run) const { return run < limit_ && !(options_.stop && options_.stop->load()); }

  void give(const Chunk& chunk, SweepState done) {
    const std::lock_guard lock(mutex_);
    if (options_.until_found && done.violations > 0) limit_ = std::min(limit_.load(), done.next);
    waiting_.emplace(chunk.first, std::move(done));
    // Of runs beyond the one that found something a worker more or less would do others: they do not count.
    while (!waiting_.empty() && waiting_.begin()->first == state_.next && !has_found()) {
      state_.append(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
  }

  void fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
  }
  void worker_done() {
    const std::lock_guard lock(mutex_);
    done_ += 1;
    ended_.notify_all();
  }
  // Waits for all workers, a moment at most; true when they are done.
  bool wait(unsigned workers) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, std::chrono::milliseconds(100), [&] { return done_ == workers; });
  }
  SweepState snapshot() {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  bool has_found() const { return options_.until_found && state_.violations > 0; }  // what it was to go on until
  void rethrow() {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const SweepOptions& options_;
  std::mutex mutex_;
  std::condition_variable ended_;
  SweepState state_;
  std::uint64_t next_;
  std::atomic<std::uint64_t> limit_;  // no run from here on is wanted
  unsigned done_ = 0;
  std::exception_ptr error_;
  std::map<std::uint64_t, SweepState> waiting_;  // finished chunks whose turn has not come
};

void work(const Scenario& scenario, const Handlers& handlers, const SweepOptions& options, Board& board) {
  try {
    Player player(scenario, handlers);
    std::uint64_t size = 1;
    while (const auto chunk = board.take(size)) {
      const Clock::time_point begun = Clock::now();
      SweepState done;
      done.next = chunk->first;
      for (std::uint64_t run = chunk->first; run < chunk->last && board.is_wanted(run); ++run) {
        const Seed own = run_seed(options.seed, run);
        done.add(run, own, player.play(Plan::seeded(own)));
        if (options.until_found && done.violations > 0) break;
      }
      board.give(*chunk, std::move(done));
      const auto took = Clock::now() - begun;
      size = took < short_chunk  ? std::min(size * 2, most_chunk_runs)
             : took > long_chunk ? std::max<std::uint64_t>(size / 2, 1)
                                 : size;
    }
  } catch (...) {
    board.fail(std::current_exception());
  }
  board.worker_done();
}

}  // namespace

Seed run_seed(Seed sweep, std::uint64_t run) { return Seed{mix(sweep.value, run)}; }

void SweepState::add(std::uint64_t run, Seed seed, const Run& result) {
  next = run + 1;
  bool violated = false;
  if (untested.empty())
    for (const Verdict& verdict : result.verdicts) untested.push_back({verdict.oracle});
  SIM_CHECK(untested.size() == result.verdicts.size(), "each run of a scenario judges the same promises");
  auto promise = untested.begin();
  for (const Verdict& verdict : result.verdicts) {
    (promise++)->runs += verdict.kind == Verdict::Kind::unknown;
    if (!verdict.is_violation()) continue;
    violated = true;
    broken[verdict.oracle] += 1;
    found.try_emplace(verdict.oracle, Found{run, seed, verdict.message});
  }
  violations += violated;
  unknown += !result.tested();
  if (result.bug && !bug) bug = Found{run, seed, *result.bug};
  facts += result.facts;
  events += result.events;
  records += result.records;
  virtual_microseconds += result.ended_at.time_since_epoch().count();
  // A sum over runs of (number, hash): the order of adding, and so the number of workers, does not matter.
  const std::uint64_t words[3] = {run, result.hash.low, result.hash.high};
  const Hash128 own = hash_more({}, words, sizeof words);
  hash.low += own.low;
  hash.high += own.high;
  auto known = reached.begin();  // both in the order of names: one walk
  for (const auto& [probe, times] : result.reached) {
    while (known != reached.end() && known->first < probe) ++known;
    if (known == reached.end() || known->first != probe) known = reached.emplace_hint(known, probe, 0);
    known->second += times;
  }
}

void SweepState::append(const SweepState& later) {
  next = later.next;
  violations += later.violations;
  unknown += later.unknown;
  facts += later.facts;
  events += later.events;
  records += later.records;
  virtual_microseconds += later.virtual_microseconds;
  hash.low += later.hash.low;
  hash.high += later.hash.high;
  for (const auto& [oracle, first] : later.found) found.try_emplace(oracle, first);
  for (const auto& [oracle, runs] : later.broken) broken[oracle] += runs;
  if (untested.empty())
    untested = later.untested;
  else
    for (std::size_t i = 0; i < later.untested.size(); ++i) untested[i].runs += later.untested[i].runs;
  if (!bug) bug = later.bug;
  for (const auto& [probe, times] : later.reached) reached[probe] += times;
}

SweepResult sweep(const Scenario& scenario, const Handlers& handlers, const SweepOptions& options) {
  const Clock::time_point start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  const unsigned jobs = options.jobs ? options.jobs : std::max(1U, std::thread::hardware_concurrency());

  Board board(options);
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < jobs; ++i) workers.emplace_back([&] { work(scenario, handlers, options, board); });
  while (!board.wait(jobs))
    if (options.observer) options.observer(board.snapshot(), seconds());
  for (std::thread& worker : workers) worker.join();
  board.rethrow();

  SweepResult result{board.snapshot(), seconds(), false};
  result.interrupted = result.state.next < options.runs && !board.has_found();
  if (options.observer) options.observer(result.state, result.wall_seconds);
  return result;
}

}  // namespace weir
