#include "sim/trigger/response.hpp"

#include <algorithm>
#include <set>

#include "tests/catch.hpp"

namespace weir {

namespace {

using Kind = Judgement::Kind;

std::vector<StreamRecord> batch_of(std::vector<std::uint64_t> numbers) {
  std::vector<StreamRecord> batch(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) batch[i].sequence_number = SequenceNumber{numbers[i]};
  return batch;
}

TEST_CASE("the decision table of partial batch responses", "[RBIF-1][RBIF-2][RBIF-3][RBIF-4][RBIF-5][RBIF-7]") {
  const std::vector<StreamRecord> batch = batch_of({10, 20, 30});
  const auto wire = [](std::uint64_t number) { return std::optional(to_wire(SequenceNumber{number})); };
  struct Row {
    const char* what;
    Reporting reporting;
    std::vector<std::optional<std::string>> failures;
    Kind kind;
    std::size_t first_failed;
  };
  for (const Row& row :
       {Row{"off", Reporting::off, {wire(20)}, Kind::all_handled, 0},
        Row{"off, with nonsense", Reporting::off, {std::nullopt}, Kind::all_handled, 0},
        Row{"none", Reporting::on, {}, Kind::all_handled, 0}, Row{"the first", Reporting::on, {wire(10)}, Kind::failed_from, 0},
        Row{"the last", Reporting::on, {wire(30)}, Kind::failed_from, 2},
        Row{"several, the lowest last", Reporting::on, {wire(30), wire(20)}, Kind::failed_from, 1},
        Row{"several, the lowest first", Reporting::on, {wire(10), wire(30)}, Kind::failed_from, 0},
        Row{"one twice", Reporting::on, {wire(20), wire(20)}, Kind::failed_from, 1},
        Row{"null", Reporting::on, {std::nullopt}, Kind::malformed, 0}, Row{"empty", Reporting::on, {""}, Kind::malformed, 0},
        Row{"no number", Reporting::on, {"abc"}, Kind::malformed, 0},
        Row{"of no record", Reporting::on, {wire(25)}, Kind::malformed, 0},
        Row{"short form of a number", Reporting::on, {"20"}, Kind::malformed, 0},
        Row{"one good, one null", Reporting::on, {wire(20), std::nullopt}, Kind::malformed, 0},
        Row{"one good, one foreign", Reporting::on, {wire(20), wire(31)}, Kind::malformed, 0}}) {
    CAPTURE(row.what);
    const Judgement judgement = judge(row.reporting, {row.failures}, batch);
    REQUIRE(judgement.kind == row.kind);
    if (row.kind == Kind::failed_from) REQUIRE(judgement.first_failed == row.first_failed);
    REQUIRE(judgement.wrong.empty() == (row.kind != Kind::malformed));
  }
}

TEST_CASE("sequence numbers compare as numbers where text would go wrong", "[REC-7][RBIF-3]") {
  const std::uint64_t edge = std::uint64_t{1} << 63;  // from here the wire form is one digit longer
  const std::vector<StreamRecord> batch = batch_of({edge - 1, edge});
  const Judgement judgement = judge(Reporting::on, {{to_wire(SequenceNumber{edge}), to_wire(SequenceNumber{edge - 1})}}, batch);
  REQUIRE(judgement.kind == Kind::failed_from);
  REQUIRE(judgement.first_failed == 0);
}

// The rules word by word, record by record: what is retried.
std::set<std::uint64_t> retried(bool reporting, const std::vector<std::optional<std::string>>& failures,
                                const std::vector<std::uint64_t>& batch) {
  std::set<std::uint64_t> again;
  const std::set<std::uint64_t> whole(batch.begin(), batch.end());
  if (!reporting) return again;
  for (const std::optional<std::string>& failure : failures) {
    bool known = false;
    for (const std::uint64_t number : batch) {
      if (!failure || *failure != to_wire(SequenceNumber{number})) continue;
      known = true;
      for (const std::uint64_t later : batch)
        if (later >= number) again.insert(later);
    }
    if (!known) return whole;
  }
  return again;
}

TEST_CASE("judging agrees with the rules read word by word", "[property][RBIF-3][RBIF-4][RBIF-5]") {
  Sometimes lowest_later;
  WEIR_PROPERTY("for any batch and any response", [&] {
    const auto below = [](int end) {
      return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end));
    };  // at once, not by and by
    const auto gaps = *rc::gen::container<std::vector<std::uint64_t>>(static_cast<std::size_t>(below(6)) + 1,
                                                                      rc::gen::inRange<std::uint64_t>(1, 4));
    std::vector<std::uint64_t> numbers;
    for (const std::uint64_t gap : gaps) numbers.push_back((numbers.empty() ? 0 : numbers.back()) + gap);
    // Most responses are right; of the others one entry alone is wrong, somewhere among the right ones.
    std::vector<std::optional<std::string>> failures;
    for (int left = below(5); left > 0; --left) failures.emplace_back(to_wire(SequenceNumber{*rc::gen::elementOf(numbers)}));
    if (*rc::gen::weightedElement<bool>({{1, true}, {3, false}})) {
      const auto wrong = *rc::gen::element<std::optional<std::string>>(std::nullopt, "", "x", "1", to_wire(SequenceNumber{0}),
                                                                       to_wire(SequenceNumber{numbers.back() + 1}));
      failures.insert(failures.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(failures) + 1), wrong);
    }
    const bool reporting = *rc::gen::weightedElement<bool>({{5, true}, {1, false}});
    const Judgement judgement = judge(reporting ? Reporting::on : Reporting::off, {failures}, batch_of(numbers));
    std::set<std::uint64_t> again;
    if (judgement.kind == Kind::malformed) again.insert(numbers.begin(), numbers.end());
    if (judgement.kind == Kind::failed_from)
      again.insert(numbers.begin() + static_cast<std::ptrdiff_t>(judgement.first_failed), numbers.end());
    lowest_later.count(judgement.kind == Kind::failed_from &&
                       failures.front() != *std::min_element(failures.begin(), failures.end()));
    RC_ASSERT(again == retried(reporting, failures, numbers));
  });
  CHECK(lowest_later.once_in(20));
}

}  // namespace

}  // namespace weir
