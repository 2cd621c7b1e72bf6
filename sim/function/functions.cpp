#include "sim/function/functions.hpp"

#include <algorithm>
#include <utility>

#include "sim/data/json.hpp"
#include "sim/function/call_tries.hpp"
#include "sim/function/flight.hpp"
#include "sim/function/sdk_retries.hpp"

namespace weir {

namespace {

// Stacks outlive the worlds that use them: a sweep's runs on one thread share them.
FiberPool& stacks_of_this_thread() {
  static thread_local FiberPool pool;
  return pool;
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

// What a response takes as JSON, {"batchItemFailures":[{"itemIdentifier":"1"}],"state":{}}: what is surely below is not spelt.
bool response_passes_payload(const BatchResponse& response) {
  constexpr std::size_t most = 6'291'456;                        // [INV-1]
  constexpr std::size_t frame = 33, around = 22, longest = 150;  // a byte of a set of numbers can be spelt with as many
  std::size_t size = frame;
  for (const std::optional<std::string>& identifier : response.batch_item_failures)
    size += around + (identifier ? identifier->size() : 4);
  if (!response.state || size > most || size + longest * response.state->bytes().size() <= most) return size > most;
  return size + to_plain_text(*response.state).size() > most;
}

// "Task timed out after 3.00 seconds"                                                        [RT-6]
std::string time_out_message(Duration timeout) {
  const std::int64_t hundredths = timeout / Duration(10ms);
  std::string cents = std::to_string(hundredths % 100);
  if (cents.size() == 1) cents.insert(0, 1, '0');
  return "Task timed out after " + std::to_string(hundredths / 100) + "." + cents + " seconds";
}

Key key_of_try(const Flight& flight) { return key_of_try(*flight.key, flight.own_calls - 1, flight.retried); }

}  // namespace

Functions::Functions() = default;
Functions::~Functions() { kill_all(); }  // a handler after its branches

Functions::Functions(const Functions& other)
    : functions_(other.functions_),
      concurrency_(other.concurrency_),
      invocations_(other.invocations_),
      readers_(other.readers_),
      tickets_(other.tickets_) {
  SIM_CHECK(other.quiet(), "what is copied has no code in flight");
}

Functions& Functions::operator=(const Functions& other) {
  if (this == &other) return *this;
  SIM_CHECK(other.quiet(), "what is copied has no code in flight");
  kill_all();
  functions_ = other.functions_;
  concurrency_ = other.concurrency_;
  invocations_ = other.invocations_;
  readers_ = other.readers_;
  tickets_ = std::max(tickets_, other.tickets_);
  return *this;
}

FunctionId Functions::add(FunctionSettings settings, Handler handler) {
  SIM_CHECK(handler != nullptr, "a function has a handler");
  concurrency_.add(settings.reserved_concurrency);
  functions_.push_back({std::move(settings), std::move(handler)});
  return FunctionId{static_cast<std::uint32_t>(functions_.size() - 1)};
}

void Functions::fail_next(FunctionId function, int count) { functions_[function.value].to_fail += count; }

Flight& Functions::take_flight() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(flights_.size()));
    flights_.push_back(std::make_unique<Flight>(stacks_of_this_thread(), free_.back()));
  }
  Flight& flight = *flights_[free_.back()];
  free_.pop_back();
  flight.ticket = tickets_++;
  return flight;
}

void Functions::release(Flight& flight) {
  flight.clear();
  flight.ticket = tickets_++;
  free_.push_back(flight.slot);
}

InvocationId Functions::invoke(Kernel& kernel, ServicePort& port, const InvocationRequest& request) {
  Function& function = functions_[request.function.value];
  const InvocationId id{invocations_++};
  Flight& flight = take_flight();
  flight.role = Flight::Role::invocation;
  flight.actor = Actor::of(id);
  flight.name = request.mapping_name.text;
  flight.path = request.shard_path.text;
  flight.key = Key("trigger", KeyName(flight.name, request.mapping_name.hash));
  const bool ends_window = request.event->window && request.event->window->is_final;
  flight.key->add("shard", KeyName(flight.path, request.shard_path.hash))
      .add(ends_window ? Label("window") : Label("batch"), request.batch)
      .add("attempt", request.attempt);
  flight.timeout = function.settings.timeout;
  flight.retries = function.settings.sdk_retries;
  flight.limit = kernel.now() + flight.timeout;
  flight.function = request.function;
  concurrency_.enter(request.function);
  flight.mapping = request.mapping;
  flight.shard = request.shard;
  flight.event = request.event;
  flight.cause = kernel.note(
      InvocationStarted{id, request.function, request.mapping, request.shard, request.batch, request.attempt, request.records});
  const CauseScope scope(kernel, flight.cause);
  flight.outcome = kernel.choose(function_outcome, *flight.key);
  if (function.to_fail > 0) {
    function.to_fail -= 1;
    flight.outcome = {OutcomeKind::throws, 0};
  }
  flight.fiber.start([&flight, &handler = function.handler] {
    Context context(flight);
    try {
      flight.response = handler(*flight.event, context);
    } catch (const std::exception& error) {  // read here: to throw it again elsewhere costs as much as the whole attempt
      flight.thrown = error.what();
    }
  });
  run(kernel, port, flight);
  return id;
}

ReaderId Functions::start_reader(Kernel& kernel, const ReaderSettings& settings, ReaderBody body) {
  SIM_CHECK(body != nullptr, "a reader has a body");
  const ReaderId id{readers_++};
  Flight& flight = take_flight();
  flight.role = Flight::Role::reader;
  flight.actor = Actor::of(id);
  flight.name = settings.name;
  flight.key = Key("reader", flight.name);
  flight.limit = never;
  flight.outcome = {};
  flight.body = std::move(body);
  flight.role_name = settings.role;
  flight.retries = settings.sdk_retries;
  kernel.schedule(std::max(kernel.now(), Instant{} + settings.start_at), Room::function,
                  static_cast<std::uint16_t>(EventKind::begin_reader), flight.slot, flight.ticket);
  return id;
}

void Functions::on_event(Kernel& kernel, const Event& event, ServicePort& port) {
  Flight& flight = *flights_[event.a];
  if (flight.ticket != event.b) return;
  switch (static_cast<EventKind>(event.kind)) {
    case EventKind::begin_reader:
      flight.cause = kernel.note(ReaderStarted{ReaderId{static_cast<std::uint32_t>(flight.actor.id)}, flight.name});
      flight.fiber.start([&flight] {
        Context context(flight);
        flight.body(context);
      });
      return run(kernel, port, flight);
    case EventKind::go_on:
      if (flight.backs_off) return cross(kernel, flight);
      if (flight.settles) return answer(kernel, port, flight);
      return flight.in_call() ? finish_call(kernel, port, flight) : run(kernel, port, flight);
    case EventKind::time_limit:
      return reach_time_limit(kernel, *flight.root);
  }
}

// Lets the code run until it waits for virtual time or ends.
void Functions::run(Kernel& kernel, ServicePort& port, Flight& flight) {
  const CauseScope scope(kernel, flight.cause);
  while (true) {
    flight.go_on(kernel.now(), port);
    if (flight.fiber.done())
      return flight.role == Flight::Role::branch ? branch_ended(kernel, port, flight) : body_ended(kernel, flight);
    switch (flight.stop) {
      case Flight::Stop::log:
        kernel.note(Logged{flight.actor, std::string(flight.line)});
        break;
      case Flight::Stop::container:
        enter_container(kernel, *flight.root);
        break;
      case Flight::Stop::branches:
        if (!branches_end_at_once(kernel, port, flight)) return;
        break;
      case Flight::Stop::sleep:
        // A sleep longer than the clock goes ends with it.
        return go_on_at(kernel, flight, flight.span > never - kernel.now() ? never : kernel.now() + flight.span);
      case Flight::Stop::call:
        return take_call(kernel, flight);
      case Flight::Stop::none:
        SIM_CHECK(false, "code stops for something");
    }
  }
}

// Begins the branches, in their order. False while some are not over, or when the invocation ended meanwhile.
bool Functions::branches_end_at_once(Kernel& kernel, ServicePort& port, Flight& root) {
  const std::uint64_t ticket = root.ticket;
  const std::size_t first = root.branches_begun;
  root.branches_begun += root.branch_count;
  for (std::size_t i = 0; i < root.branch_count; ++i) {
    Flight& branch = take_flight();
    branch.role = Flight::Role::branch;
    branch.root = &root;
    branch.key = *root.key;
    branch.key->add("branch", first + i);
    branch.actor = root.actor;
    branch.cause = root.cause;
    branch.limit = root.limit;
    branch.fiber.start([&body = *root.branch_body, i] { body(i); });
    root.branches.push_back(&branch);
  }
  // A copy: those that end at once leave the list. None is taken again meanwhile, since nobody else begins branches.
  for (Flight* branch : std::vector<Flight*>(root.branches)) {
    run(kernel, port, *branch);
    if (root.ticket != ticket) return false;
  }
  root.branch_count = 0;
  return root.branches.empty();
}

void Functions::branch_ended(Kernel& kernel, ServicePort& port, Flight& branch) {
  Flight& root = *branch.root;
  if (branch.fiber.failure() && !root.branch_failure) root.branch_failure = branch.fiber.failure();
  std::erase(root.branches, &branch);
  release(branch);
  const bool all_begun = root.branch_count == 0;
  if (all_begun && root.branches.empty()) run(kernel, port, root);
}

// Branches first: they refer to what is on the handler's stack.
void Functions::unwind(Flight& root) {
  for (Flight* branch : root.branches) {
    branch->kill();
    release(*branch);
  }
  root.branches.clear();
  root.kill();
}

void Functions::reach_time_limit(Kernel& kernel, Flight& root) {
  const auto disturb = [&](const Flight& flight) {
    if (flight.in_call() && !flight.hangs && !flight.backs_off && !flight.settles)
      kernel.note(CallDisturbed{flight.actor, flight.call_number, Fate::killed_before, service_of(flight.operation)},
                  flight.cause);
  };
  disturb(root);
  for (const Flight* branch : root.branches) disturb(*branch);
  kill(kernel, root, InvocationOutcome::timed_out, time_out_message(root.timeout));
}

void Functions::enter_container(Kernel& kernel, Flight& flight) {
  Containers& containers = functions_[flight.function.value].containers;
  Container* container = containers.find_idle(ContainerPick::last_used, flight.ticket);
  if (container != nullptr) container = containers.find_idle(kernel.choose(function_container, *flight.key), flight.ticket);
  const bool cold = container == nullptr;
  flight.container = cold ? &containers.start() : container;
  flight.container->busy = true;
  kernel.note(ContainerEntered{InvocationId{flight.actor.id}, flight.function, flight.container->number, cold});
}

// What crashed or was stopped is not used again.                                              [RT-6]
void Functions::leave_container(Flight& flight, InvocationOutcome outcome) {
  if (flight.container == nullptr) return;
  Containers& containers = functions_[flight.function.value].containers;
  const bool usable = outcome != InvocationOutcome::crashed && outcome != InvocationOutcome::timed_out;
  usable ? containers.leave(*flight.container, tickets_++) : containers.reset(*flight.container);
  flight.container = nullptr;
}

// The one event a flight waits for: what comes next, or the time limit if that comes first.
void Functions::go_on_at(Kernel& kernel, Flight& flight, Instant due) {
  const bool in_time = due < flight.limit;
  const EventKind kind = in_time || flight.limit == never ? EventKind::go_on : EventKind::time_limit;
  if (due == never && flight.limit == never) return;
  kernel.schedule(in_time ? due : flight.limit, Room::function, static_cast<std::uint16_t>(kind), flight.slot, flight.ticket);
}

void Functions::take_call(Kernel& kernel, Flight& flight) {
  Flight& root = *flight.root;
  flight.call_number = root.calls++;
  const bool struck = root.outcome.call == flight.call_number;
  if (struck && root.outcome.kind == OutcomeKind::crash_before_call) {
    kernel.note(CallDisturbed{flight.actor, flight.call_number, Fate::killed_before, service_of(flight.operation)});
    return kill(kernel, root, InvocationOutcome::crashed, "Runtime exited with error: signal: killed");
  }
  if (struck && root.outcome.kind == OutcomeKind::timeout_in_call) {
    kernel.note(CallDisturbed{flight.actor, flight.call_number, Fate::killed_before, service_of(flight.operation)});
    flight.hangs = true;
    return go_on_at(kernel, flight, never);
  }
  flight.own_calls += 1;
  flight.retried = 0;
  cross(kernel, flight);
}

// One try of the present call.
void Functions::cross(Kernel& kernel, Flight& flight) {
  flight.backs_off = false;
  const CauseScope scope(kernel, flight.cause);
  const Passage passage =
      cross_door(kernel, key_of_try(flight), flight.actor, flight.call_number, service_of(flight.operation));
  flight.fate = passage.fate;
  go_on_at(kernel, flight, kernel.now() + passage.latency);
}

// Whether the client makes another try by itself, unseen by the code.                                      [WIRE-6] [ERR-8]
bool Functions::try_again(Kernel& kernel, Flight& flight) {
  const ServiceError error = flight.refusal ? flight.refusal->error : flight.answered;
  const SdkRetries mode = flight.root->retries;
  if (!tries_again(mode, flight.retried, error)) return false;
  flight.retried += 1;
  flight.backs_off = true;
  kernel.note(CallRetried{flight.actor, flight.call_number, flight.retried, error}, flight.cause);
  go_on_at(kernel, flight, kernel.now() + back_off(kernel, mode, flight.retried, key_of_try(flight)));
  return true;
}

void Functions::finish_call(Kernel& kernel, ServicePort& port, Flight& flight) {
  {
    const CauseScope scope(kernel, flight.cause);
    const FactIndex before = kernel.trace().size();
    flight.page_records = 0;
    flight.answered = ServiceError::none;
    flight.settling = {};
    if (flight.asks) flight.asks_as = key_of_try(flight);
    if (flight.fate == Fate::done || flight.fate == Fate::error_done) flight.effect.perform(flight.effect.what, port);
    flight.refusal = refusal_for(flight.fate, flight.operation, port.on_demand(flight.about));
    SIM_CHECK(declares(flight.operation, flight.refusal ? flight.refusal->error : flight.answered),
              "an operation answers what it declares [ERR-9]");
    if (flight.role == Flight::Role::reader && flight.page_records > 0 && flight.fate == Fate::done) {
      flight.holds_page = true;
      if (kernel.trace().size() > before) flight.cause = kernel.trace().size() - 1;  // the PageRead
    }
    const Outcome& outcome = flight.root->outcome;
    if (outcome.kind == OutcomeKind::crash_after_call && outcome.call == flight.call_number) {
      kernel.note(CallDisturbed{flight.actor, flight.call_number, Fate::killed_after, service_of(flight.operation)});
      return kill(kernel, *flight.root, InvocationOutcome::crashed, "Runtime exited with error: signal: killed");
    }
  }
  flight.settles = flight.settling > Duration{};
  if (flight.settles) return go_on_at(kernel, flight, kernel.now() + flight.settling);
  answer(kernel, port, flight);
}

void Functions::answer(Kernel& kernel, ServicePort& port, Flight& flight) {
  flight.settles = false;
  if (!try_again(kernel, flight)) run(kernel, port, flight);
}

void Functions::body_ended(Kernel& kernel, Flight& flight) {
  const std::exception_ptr failure = flight.fiber.failure();
  const bool threw = failure || flight.thrown;
  const InvocationOutcome own = threw ? InvocationOutcome::threw : InvocationOutcome::ok;
  std::string own_message = flight.thrown ? *std::move(flight.thrown) : failure ? reason_of(failure) : std::string();
  switch (flight.outcome.kind) {
    case OutcomeKind::ok:
      if (!threw && response_passes_payload(flight.response))
        return end(kernel, flight, InvocationOutcome::threw, "Function.ResponseSizeTooLarge: more than 6291456 bytes");
      return end(kernel, flight, own, std::move(own_message));
    case OutcomeKind::throws:
      return end(kernel, flight, InvocationOutcome::threw, threw ? std::move(own_message) : "an error after the work was done");
    case OutcomeKind::answer_lost:
      return end(kernel, flight, InvocationOutcome::answer_lost, "the connection broke before the answer came");
    case OutcomeKind::crash_before_call:
    case OutcomeKind::crash_after_call:
      return end(kernel, flight, InvocationOutcome::crashed, "Runtime exited with error: signal: killed");
    case OutcomeKind::timeout_in_call:
      flight.hangs = true;
      return go_on_at(kernel, flight, never);
  }
}

void Functions::kill(Kernel& kernel, Flight& flight, InvocationOutcome outcome, std::string message) {
  unwind(flight);
  end(kernel, flight, outcome, std::move(message));
}

void Functions::end(Kernel& kernel, Flight& flight, InvocationOutcome outcome, std::string message) {
  if (flight.role == Flight::Role::reader) {
    kernel.note(ReaderEnded{ReaderId{static_cast<std::uint32_t>(flight.actor.id)}, outcome, std::move(message)}, flight.cause);
  } else {
    leave_container(flight, outcome);
    concurrency_.leave(flight.function);
    const bool answered = outcome == InvocationOutcome::ok;
    answers_.push_back({InvocationId{flight.actor.id}, flight.mapping, flight.shard, outcome,
                        answered ? std::move(flight.response) : BatchResponse{}, flight.calls, std::move(message),
                        flight.cause});
  }
  release(flight);
}

void Functions::take_answers(std::vector<Answer>& into) {
  into.clear();
  into.swap(answers_);
}

std::string_view Functions::role_of(const Actor& actor) const {
  for (const auto& flight : flights_) {
    if (flight->role == Flight::Role::invocation && flight->actor == actor)
      return functions_[flight->function.value].settings.role;
    if (flight->role == Flight::Role::reader && flight->actor == actor) return flight->role_name;
  }
  return {};
}

std::size_t Functions::in_flight() const {
  return static_cast<std::size_t>(
      std::count_if(flights_.begin(), flights_.end(), [](const auto& f) { return f->role == Flight::Role::invocation; }));
}

std::size_t Functions::busy_readers() const {
  return static_cast<std::size_t>(std::count_if(flights_.begin(), flights_.end(), [](const auto& f) {
    const bool asleep = f->stop == Flight::Stop::sleep;
    return f->role == Flight::Role::reader && !asleep && (f->in_table_call() || f->holds_page);
  }));
}

bool Functions::quiet() const { return free_.size() == flights_.size() && answers_.empty(); }

void Functions::kill_all() {
  for (const auto& flight : flights_) {
    if (flight->role == Flight::Role::at_rest || flight->role == Flight::Role::branch) continue;
    unwind(*flight);
    release(*flight);
  }
  for (Function& function : functions_) function.containers.clear();
  answers_.clear();
  concurrency_.forget_running();
}

}  // namespace weir
