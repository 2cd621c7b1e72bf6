#include "sim/expression/tokens.hpp"

#include <algorithm>
#include <array>

#include "sim/data/utf8.hpp"

namespace weir {

namespace {

constexpr std::array<std::string_view, 9> keywords{"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"};
constexpr std::array<std::string_view, 3> long_symbols{"<>", "<=", ">="};
constexpr std::string_view symbols = "=<>()[],.+-";
constexpr std::string_view spaces = " \t\r\n";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

bool same_word(std::string_view capitals, std::string_view text) {
  return std::equal(capitals.begin(), capitals.end(), text.begin(), text.end(),
                    [](char capital, char c) { return capital == (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
}

// How many characters from the front satisfy the test.
template <class Test>
std::size_t run_of(std::string_view text, Test test) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), test) - text.begin());
}

Token first_token(std::string_view rest) {
  const char c = rest.front();
  if (is_letter(c)) {
    const std::string_view word = rest.substr(0, run_of(rest, is_word));
    const auto* keyword =
        std::find_if(keywords.begin(), keywords.end(), [&](std::string_view k) { return same_word(k, word); });
    if (keyword != keywords.end()) return {Token::Kind::keyword, *keyword};
    return {Token::Kind::name, word};
  }
  if (c == '#' || c == ':') {
    const std::string_view whole = rest.substr(0, 1 + run_of(rest.substr(1), is_word));
    if (whole.size() == 1) return {Token::Kind::stranger, whole};
    return {c == '#' ? Token::Kind::name_placeholder : Token::Kind::value_placeholder, whole};
  }
  if (c == '0') return {Token::Kind::number, rest.substr(0, 1)};  // a number has no leading zeros
  if (is_digit(c)) return {Token::Kind::number, rest.substr(0, run_of(rest, is_digit))};
  for (const std::string_view symbol : long_symbols)
    if (rest.starts_with(symbol)) return {Token::Kind::symbol, symbol};
  if (symbols.find(c) != std::string_view::npos) return {Token::Kind::symbol, rest.substr(0, 1)};
  return {Token::Kind::stranger, rest.substr(0, std::max<std::size_t>(utf8_length(rest), 1))};
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = text.find_first_not_of(spaces); at < text.size(); at = text.find_first_not_of(spaces, at)) {
    Token token = first_token(text.substr(at));
    token.begin = at;
    token.end = at + token.text.size();
    at = token.end;
    tokens.push_back(token);
  }
  tokens.push_back({Token::Kind::end, "<EOF>", text.size(), text.size()});
  return tokens;
}

}  // namespace weir
