// O-ATOM: a transaction is done whole or not at all. Its commit causes as many writes as it has, all at that moment; one that
// was cancelled causes none.                                                               [TXN-2] [TXN-4] [STREAM-16]
//
// A write that changes nothing counts as done: there was nothing to do.
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

class AtomicTransactions final
    : public Watching<AtomicTransactions, TransactionCommitted, TransactionCanceled, Written, WriteIgnored> {
 public:
  explicit AtomicTransactions(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  void on(const TransactionCommitted& committed, const Fact& fact) {
    close();
    latest_ = {.fact = fact.index, .at = fact.at, .writes = committed.writes};
    judged_ += 1;
  }
  void on(const TransactionCanceled&, const Fact& fact) {
    close();
    latest_ = {.fact = fact.index, .at = fact.at, .canceled = true};
    judged_ += 1;
  }
  void on(const Written&, const Fact& fact) { take(fact); }
  void on(const WriteIgnored&, const Fact& fact) { take(fact); }

  // The writes of a transaction follow it directly: the first of another cause ends them.
  void take(const Fact& fact) {
    if (latest_.fact == no_fact) return;
    if (fact.cause != latest_.fact) return close();
    latest_.done += 1;
    if (latest_.done <= latest_.writes) return;
    const std::string at = to_text(latest_.at);
    violate(latest_.canceled
                ? "the transaction that was cancelled at " + at + " wrote all the same"
                : "the transaction committed at " + at + " did more than its " + std::to_string(latest_.writes) + " writes",
            {latest_.fact, fact.index});
  }
  void close() {
    if (latest_.fact != no_fact && latest_.done < latest_.writes)
      violate("the transaction committed at " + to_text(latest_.at) + " did " + std::to_string(latest_.done) + " of its " +
                  std::to_string(latest_.writes) + " writes",
              {latest_.fact});
    latest_ = {};
  }
  void finish() override {
    close();
    if (judged_ == 0) unknown("there was no transaction");
  }

  struct Transaction {
    FactIndex fact = no_fact;
    Instant at{};
    bool canceled = false;
    std::uint64_t writes = 0, done = 0;
  };
  Transaction latest_;
  std::uint64_t judged_ = 0;
};

}  // namespace

OracleEntry atomic_transactions_entry() {
  return {{.name = "O-ATOM",
           .rules = "TXN-2 TXN-4 STREAM-16",
           .promise = "A transaction is done whole or not at all.",
           .always = true},
          [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> {
            return std::make_unique<AtomicTransactions>(info);
          }};
}

}  // namespace weir
