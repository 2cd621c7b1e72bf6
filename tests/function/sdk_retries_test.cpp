#include "sim/function/sdk_retries.hpp"

#include <stdexcept>

#include "tests/function/bed.hpp"

namespace weir {

namespace {

constexpr Duration call_time = 5ms;  // the calm latency

std::string key_of_try(std::uint32_t call, std::uint32_t attempt) {
  const std::string key = "trigger m / shard 0 / batch 0 / attempt 0 / call " + std::to_string(call);
  return attempt == 0 ? key : key + " / attempt " + std::to_string(attempt);
}
Deviation fault(std::uint32_t attempt, CallFault kind) {
  return {"client.fault", key_of_try(0, attempt), static_cast<std::int64_t>(kind)};
}
Deviation pause(std::uint32_t attempt, std::int64_t percent) { return {"client.back_off", key_of_try(0, attempt), percent}; }

// One invocation that puts row "a" and keeps what it was told; a time limit of 3 s.
struct OnePut {
  OnePut(SdkRetries mode, std::vector<Deviation> deviations) : bed(Plan::listed(std::move(deviations))) {
    const Handler handler = [this](const StreamEvent&, Context& context) {
      told = context.table("views").put(row("a")).error();
      told_at = context.now();
      return BatchResponse::ok();
    };
    bed.invoke(bed.functions.add({.name = "f", .handler = "f", .timeout = 3s, .sdk_retries = mode}, handler));
  }
  FunctionBed bed;
  std::optional<ServiceError> told;
  Instant told_at{};
};

TEST_CASE("a client tries again by itself: the write is done twice and its code knows nothing of it",
          "[WIRE-6][OP-6][OPEN-49]") {
  OnePut put(SdkRetries::standard, {fault(0, CallFault::error_done), fault(1, CallFault::throttled)});
  REQUIRE(put.bed.answer().calls == 1);
  REQUIRE(put.told == ServiceError::none);
  REQUIRE(put.bed.service.effects.size() == 2);
  REQUIRE(put.bed.service.effects[0].at == Instant{} + call_time);
  REQUIRE(put.told_at == Instant{} + call_time + 500ms + call_time + 1s + call_time);  // half of 1 s, half of 2 s
  REQUIRE(put.bed.service.effects[1].at == put.told_at);

  const std::vector<CallRetried> retried = put.bed.facts<CallRetried>();
  REQUIRE(retried.size() == 2);
  REQUIRE(retried[0].attempt == 1);
  REQUIRE(retried[0].error == ServiceError::internal_server_error);
  REQUIRE(retried[1].attempt == 2);
  REQUIRE(retried[1].error == ServiceError::throughput_exceeded);
  for (const CallRetried& one : retried) REQUIRE(one.call == 0);
  for (const Fact& fact : put.bed.trace.facts())
    if (fact.as<CallRetried>()) REQUIRE(put.bed.trace.facts()[fact.cause].as<InvocationStarted>() != nullptr);
}

TEST_CASE("a conditional write is defeated by its own success", "[WIRE-6][OP-6][OPEN-49]") {
  OnePut put(SdkRetries::standard, {fault(0, CallFault::error_done)});
  put.bed.run(Instant{} + call_time);
  REQUIRE(put.bed.service.items.count("a") == 1);
  put.bed.service.refuse = ServiceError::condition_failed;  // from now on the row is there
  put.bed.answer();
  REQUIRE(put.told == ServiceError::condition_failed);
  REQUIRE(put.bed.service.effects.size() == 2);
}

TEST_CASE("retries come to an end, and the code is told the last answer", "[WIRE-6][ERR-8]") {
  struct Row {
    SdkRetries mode;
    std::uint32_t tries;
  };
  for (const Row& expected : {Row{SdkRetries::none, 1}, Row{SdkRetries::standard, 3}, Row{SdkRetries::legacy, 11}}) {
    std::vector<Deviation> throttles;
    for (std::uint32_t attempt = 0; attempt < 12; ++attempt) {
      throttles.push_back(fault(attempt, CallFault::throttled));
      if (attempt > 0) throttles.push_back(pause(attempt, 0));
    }
    OnePut put(expected.mode, throttles);
    put.bed.answer();
    CAPTURE(expected.tries);
    REQUIRE(put.told == ServiceError::throughput_exceeded);
    REQUIRE(put.bed.facts<CallDisturbed>().size() == expected.tries);
    REQUIRE(put.bed.facts<CallRetried>().size() == expected.tries - 1);
    REQUIRE(put.told_at == Instant{} + expected.tries * call_time);
    REQUIRE(put.bed.service.effects.empty());
  }
}

TEST_CASE("an answer that another try cannot better is not tried again", "[ERR-8][TXN-7]") {
  OnePut put(SdkRetries::legacy, {});
  put.bed.service.refuse = ServiceError::condition_failed;
  put.bed.answer();
  REQUIRE(put.told == ServiceError::condition_failed);
  REQUIRE(put.bed.service.effects.size() == 1);
  REQUIRE(put.bed.facts<CallRetried>().empty());
  for (const ServiceError error :
       {ServiceError::throughput_exceeded, ServiceError::throttling, ServiceError::transaction_in_progress,
        ServiceError::limit_exceeded, ServiceError::internal_server_error})
    REQUIRE(worth_a_retry(error));
  for (const ServiceError error :
       {ServiceError::none, ServiceError::condition_failed, ServiceError::validation, ServiceError::resource_not_found,
        ServiceError::transaction_canceled, ServiceError::transaction_conflict, ServiceError::item_size_exceeded})
    REQUIRE_FALSE(worth_a_retry(error));
}

TEST_CASE("the time limit falls into a try or into the pause before one, and what was due then is not done",
          "[WIRE-6][INV-1]") {
  SECTION("into a pause") {
    OnePut put(SdkRetries::standard,
               {fault(0, CallFault::error_done), pause(1, 100), fault(1, CallFault::throttled), pause(2, 100)});
    REQUIRE(put.bed.answer().outcome == InvocationOutcome::timed_out);
    REQUIRE(put.bed.service.effects.size() == 1);
    REQUIRE(put.bed.facts<CallDisturbed>().size() == 2);  // no third try that could be disturbed
  }
  SECTION("into a try") {
    OnePut put(SdkRetries::standard,
               {fault(0, CallFault::throttled), {"client.latency", key_of_try(0, 1), Duration(1min).count()}});
    REQUIRE(put.bed.answer().outcome == InvocationOutcome::timed_out);
    REQUIRE(put.bed.service.effects.empty());
    REQUIRE(put.bed.facts<CallDisturbed>().back().fate == Fate::killed_before);
  }
}

TEST_CASE("a crash after call k strikes its first try", "[WIRE-6][RETRY-1]") {
  OnePut put(SdkRetries::standard, {outcome_of_first({OutcomeKind::crash_after_call, 0}), fault(0, CallFault::error_done)});
  REQUIRE(put.bed.answer().outcome == InvocationOutcome::crashed);
  REQUIRE_FALSE(put.told.has_value());
  REQUIRE(put.bed.service.effects.size() == 1);
  REQUIRE(put.bed.facts<CallRetried>().empty());
}

TEST_CASE("each branch of a handler tries its own calls again", "[WIRE-6]") {
  const std::string call = "trigger m / shard 0 / batch 0 / attempt 0 / branch 1 / call 0";
  FunctionBed bed(Plan::listed({{"client.fault", call, static_cast<std::int64_t>(CallFault::error_done)},
                                {"client.fault", call + " / attempt 1", static_cast<std::int64_t>(CallFault::error_done)}}));
  const Handler handler = [](const StreamEvent&, Context& context) {
    context.concurrently(2, [&](std::size_t i) {
      if (!context.table("views").put(row(std::to_string(i)))) throw std::runtime_error("not written");
    });
    return BatchResponse::ok();
  };
  bed.invoke(bed.functions.add({.name = "f", .handler = "f", .timeout = 3s, .sdk_retries = SdkRetries::standard}, handler));
  REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
  std::vector<std::string> written;
  for (const auto& effect : bed.service.effects) written.push_back(effect.id);
  REQUIRE(written == std::vector<std::string>{"0", "1", "1", "1"});
  for (const CallRetried& retried : bed.facts<CallRetried>()) REQUIRE(retried.call == 1);
  REQUIRE(bed.facts<CallRetried>().size() == 2);
}

TEST_CASE("a reader's client tries any of its calls again, under keys of the reader's", "[WIRE-6][ERR-8]") {
  const auto at = [](const char* call, CallFault kind) {
    return Deviation{"client.fault", std::string("reader tail / ") + call, static_cast<std::int64_t>(kind)};
  };
  std::vector<ServiceError> told;
  const auto read_and_write = [&](SdkRetries mode) {
    FunctionBed bed(Plan::listed({at("call 0", CallFault::throttled), at("call 1", CallFault::error_done)}));
    bed.functions.start_reader(bed.kernel, {.name = "tail", .sdk_retries = mode}, [&](Context& context) {
      told = {context.stream("views").get_records(IteratorId{0}).error(), context.table("views").put(row("a")).error()};
    });
    bed.run();
    std::vector<std::string> done;
    for (const auto& effect : bed.service.effects) done.push_back(effect.what);
    const std::vector<CallRetried> retried = bed.facts<CallRetried>();
    for (const CallRetried& one : retried) REQUIRE(one.actor == Actor::of(ReaderId{0}));
    REQUIRE(retried.size() == (mode == SdkRetries::none ? 0 : 2));
    return done;
  };
  using Done = std::vector<std::string>;
  REQUIRE(read_and_write(SdkRetries::none) == Done{"put"});
  REQUIRE(told == std::vector{ServiceError::limit_exceeded, ServiceError::internal_server_error});
  REQUIRE(read_and_write(SdkRetries::standard) == Done{"get_records", "put", "put"});
  REQUIRE(told == std::vector{ServiceError::none, ServiceError::none});
}

TEST_CASE("the longest pause doubles with each retry, up to 20 s", "[WIRE-6]") {
  REQUIRE(longest_back_off(SdkRetries::standard, 1) == 1s);
  REQUIRE(longest_back_off(SdkRetries::standard, 2) == 2s);
  REQUIRE(longest_back_off(SdkRetries::legacy, 1) == 50ms);
  REQUIRE(longest_back_off(SdkRetries::legacy, 9) == 12800ms);
  REQUIRE(longest_back_off(SdkRetries::legacy, 10) == 20s);
  REQUIRE_THROWS_AS(longest_back_off(SdkRetries::standard, 3), Bug);
}

}  // namespace

}  // namespace weir
