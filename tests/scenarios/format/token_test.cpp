#include "tests/catch.hpp"

#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/scenarios/format/arbitrary.hpp"

using namespace weir;
using test::book;

namespace {
const Failure counted_twice = [] {  // a token does not carry what was said
  Failure failure = test::counted_twice;
  failure.message.clear();
  return failure;
}();

std::string refusal(std::string_view token, const SiteBook& sites = book()) {
  try {
    parse_token(token, sites);
  } catch (const BadInput& wrong) {
    return wrong.what();
  }
  return "accepted";
}

// The book without one site, or with a narrower one: what another build may be.
SiteBook changed_book(std::string_view site, std::optional<std::int64_t> high) {
  std::vector<SiteInfo> sites;
  for (SiteInfo info : book().sites()) {
    if (info.name == site && !high) continue;
    if (info.name == site) info.high = *high;
    sites.push_back(info);
  }
  return SiteBook(sites);
}
}  // namespace

TEST_CASE("a token is the whole failure, but for what it said", "[property][replay]") {
  WEIR_PROPERTY("for any failure", [] {
    Failure failure = test::any_failure();
    const std::string token = to_token(failure, book());
    failure.message.clear();
    RC_ASSERT(looks_like_token(token));
    RC_ASSERT(parse_token(token, book()) == failure);
    RC_ASSERT(parse_token(" \t" + token + "\r\n", book()) == failure);
  });
}

TEST_CASE("a token of a small failure is short", "[replay]") { CHECK(to_token(counted_twice, book()).size() <= 120); }

TEST_CASE("tokens of form 1 stay readable", "[replay]") {
  // Written by the first version. If this fails, the dictionary or the body changed: that is form 2.
  CHECK(
      parse_token("weir1.TWNiBQabnoFwWq6ugbFucn5pXklqim5JeWZyKhskmTOwQVI9EzdSkPOj2SCF2wYB9KjTIxjcKMHJjZQNGASVjF1C08o7Zq7afebuu_"
                  "8AjV3g7w",
                  book()) == counted_twice);
}

TEST_CASE("a token that was cut anywhere says so", "[bad_input]") {
  const std::string token = to_token(counted_twice, book());
  for (std::size_t size = 6; size < token.size(); ++size)
    CHECK(refusal(token.substr(0, size)) == "token: a token that was cut short; the whole token as it was printed");
}

TEST_CASE("a token with any one character changed is refused", "[bad_input]") {
  const std::string token = to_token(counted_twice, book());
  for (std::size_t i = 0; i < token.size(); ++i)
    for (const char c : {'A', 'B', 'z', '0', '_', '%', ' '}) {
      std::string changed = token;
      changed[i] = c;
      if (changed != token) CHECK(refusal(changed) != "accepted");
    }
}

TEST_CASE("what is wrong with a token is told apart", "[bad_input]") {
  const std::string token = to_token(counted_twice, book());
  CHECK(refusal("") == "token: nothing; a token, which begins with \"weir1.\"");
  CHECK(refusal("failure.json") == "token: \"failure.json\"; a token, which begins with \"weir1.\"");
  CHECK(refusal("weird.") == "token: \"weird.\"; a token, which begins with \"weir1.\"");
  CHECK(refusal("weir2" + token.substr(5)) == "token: a token of form \"weir2\"; form \"weir1\": this is weir " +
                                                  std::string(weir_version()) + ", another version wrote it");
  CHECK(refusal(token + "AAAA") == "token: a token with something behind its end; the whole token as it was printed");
  CHECK(refusal(token.substr(0, 20) + "%" + token.substr(21)) ==
        "token: the character \"%\"; letters, digits, - and _ after \"weir1.\"");
  std::string changed = token;
  changed[30] = changed[30] == 'A' ? 'B' : 'A';
  CHECK(refusal(changed) ==
        "token: a token that was changed on the way: its checksum does not match; the whole token as it was printed");
}

TEST_CASE("a token of another build's choices says which it does not know", "[bad_input]") {
  CHECK(refusal(to_token(counted_twice, book()), changed_book("function.outcome", std::nullopt)) ==
        "token /deviations/1: no choice site is called \"function.outcome\"; a site that `weir choices` lists");
  Failure late = counted_twice;
  late.deviations = {{"ttl.deletion_delay", "item A", Duration(47h).count()}};
  CHECK(refusal(to_token(late, book()), changed_book("ttl.deletion_delay", Duration(1h).count())) ==
        "token /deviations/0: the value \"47h\"; ttl.deletion_delay is 0s .. 1h");
  Failure twice = counted_twice;
  twice.deviations.push_back(twice.deviations[0]);
  CHECK(refusal(to_token(twice, book())) ==
        "token /deviations/2: a second deviation of one choice; one deviation for each site and key");
}
