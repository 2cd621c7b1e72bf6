#include "sim/expression/syntax.hpp"

#include <algorithm>

#include "sim/expression/limits.hpp"
#include "sim/expression/tokens.hpp"

namespace weir {

namespace {

using Kind = Syntax::Kind;

constexpr int max_nesting = 64;
constexpr std::string_view comparators[]{"=", "<>", "<", "<=", ">", ">="};

bool may_be_condition(const Syntax& syntax) {
  const Kind kind = syntax.bare().kind;
  return kind != Kind::path && kind != Kind::value && kind != Kind::sum;
}
bool may_be_operand(const Syntax& syntax) {
  const Kind kind = syntax.bare().kind;
  return kind == Kind::path || kind == Kind::value || kind == Kind::call;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  Syntax condition() {
    Syntax whole = either();
    require_condition(whole);
    expect_end();
    return whole;
  }

  std::vector<SyntaxClause> update() {
    std::vector<SyntaxClause> clauses;
    do clauses.push_back(clause());
    while (next().kind != Token::Kind::end);
    return clauses;
  }

  std::vector<Syntax> projection() {
    std::vector<Syntax> paths;
    do paths.push_back(path());
    while (take(","));
    expect_end();
    return paths;
  }

 private:
  // One level of parentheses, NOT or function.
  class Level {
   public:
    explicit Level(Reader& reader) : reader_(reader) {
      if (++reader_.nesting_ > max_nesting) throw Refused{too_many_operators(max_operators + 1)};
    }
    ~Level() { reader_.nesting_ -= 1; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Reader& reader_;
  };

  const Token& next() const { return tokens_[at_]; }
  bool sees(std::string_view symbol_or_keyword) const {
    const bool fits = next().kind == Token::Kind::symbol || next().kind == Token::Kind::keyword;
    return fits && next().text == symbol_or_keyword;
  }
  bool take(std::string_view symbol_or_keyword) {
    const bool there = sees(symbol_or_keyword);
    if (there) at_ += 1;
    return there;
  }
  void expect(std::string_view symbol_or_keyword) {
    if (!take(symbol_or_keyword)) fail();
  }
  void expect_end() const {
    if (next().kind != Token::Kind::end) fail();
  }

  [[noreturn]] void fail() const {
    const std::size_t begin = at_ == 0 ? 0 : tokens_[at_ - 1].begin;
    const std::size_t end = at_ + 1 < tokens_.size() ? tokens_[at_ + 1].end : next().end;
    const bool at_end = next().kind == Token::Kind::end;
    const std::string_view token = at_end ? next().text : text_.substr(next().begin, next().end - next().begin);
    throw Refused{"Syntax error; token: \"" + std::string(token) + "\", near: \"" +
                  std::string(text_.substr(begin, end - begin)) + "\""};
  }

  void require_condition(const Syntax& syntax) const {
    if (!may_be_condition(syntax)) fail();
  }
  void count_operator() {
    if (++operators_ > max_operators) throw Refused{too_many_operators(operators_)};
  }

  // Conditions, loosest operator first. Each may also give a bare operand, when the text holds no more at this place: what
  // stands around decides whether that is fine.                                                                       [EXPR-6]
  Syntax either() { return chain("OR", Kind::either, &Reader::both); }
  Syntax both() { return chain("AND", Kind::both, &Reader::negation); }

  Syntax chain(std::string_view keyword, Kind kind, Syntax (Reader::*part)()) {
    Syntax first = (this->*part)();
    if (!sees(keyword)) return first;
    require_condition(first);
    Syntax all{.kind = kind};
    all.children.push_back(std::move(first));
    while (take(keyword)) {
      count_operator();
      all.children.push_back((this->*part)());
      require_condition(all.children.back());
    }
    return all;
  }

  Syntax negation() {
    if (!take("NOT")) return comparison();
    const Level level(*this);
    count_operator();
    Syntax whole{.kind = Kind::negation};
    whole.children.push_back(negation());
    require_condition(whole.children.back());
    return whole;
  }

  Syntax comparison() {
    Syntax left = sees("(") ? parens(&Reader::either) : operand();
    const auto* comparator = std::find_if(std::begin(comparators), std::end(comparators), [&](auto c) { return sees(c); });
    const bool compares = comparator != std::end(comparators);
    if (!compares && !sees("BETWEEN") && !sees("IN")) return left;
    if (!may_be_operand(left)) fail();
    count_operator();
    Syntax whole{.kind = Kind::compare, .text = next().text};
    at_ += 1;
    whole.children.push_back(std::move(left));
    if (compares) {
      whole.children.push_back(operand());
    } else if (whole.text == "BETWEEN") {
      whole.kind = Kind::between;
      whole.children.push_back(operand());
      expect("AND");
      whole.children.push_back(operand());
    } else {
      whole.kind = Kind::in;
      operands_in_parens(whole.children);
    }
    return whole;
  }

  Syntax operand() {
    if (sees("(")) return parens(&Reader::operand);
    if (next().kind == Token::Kind::value_placeholder) return {.kind = Kind::value, .text = tokens_[at_++].text};
    const bool calls = next().kind == Token::Kind::name && tokens_[at_ + 1].text == "(";
    if (!calls) return path();
    const Level level(*this);
    count_operator();
    Syntax call{.kind = Kind::call, .text = tokens_[at_++].text};
    operands_in_parens(call.children);
    return call;
  }

  // "(", one or more operands, ")".
  void operands_in_parens(std::vector<Syntax>& operands) {
    expect("(");
    do operands.push_back(operand());
    while (take(","));
    expect(")");
  }

  Syntax parens(Syntax (Reader::*inside)()) {
    const Level level(*this);
    expect("(");
    Syntax whole{.kind = Kind::parens};
    whole.children.push_back((this->*inside)());
    expect(")");
    if (whole.children.front().kind == Kind::parens) throw Refused{"The expression has redundant parentheses;"};
    return whole;
  }

  SyntaxStep name_step() {
    if (next().kind != Token::Kind::name && next().kind != Token::Kind::name_placeholder) fail();
    const bool bare = next().kind == Token::Kind::name;
    return {bare ? SyntaxStep::Kind::bare : SyntaxStep::Kind::placeholder, tokens_[at_++].text};
  }

  Syntax path() {
    Syntax path{.kind = Kind::path};
    path.steps.push_back(name_step());
    while (sees(".") || sees("[")) {
      if (take(".")) {
        path.steps.push_back(name_step());
        continue;
      }
      expect("[");
      if (next().kind != Token::Kind::number) fail();
      path.steps.push_back({SyntaxStep::Kind::index, tokens_[at_++].text});
      expect("]");
    }
    return path;
  }

  // Updates.                                                                                       [EXPR-10] [EXPR-11]
  SyntaxClause clause() {
    if (!sees("SET") && !sees("REMOVE") && !sees("ADD") && !sees("DELETE")) fail();
    SyntaxClause clause{tokens_[at_++].text, {}};
    do {
      SyntaxAction action{path()};
      if (clause.keyword == "SET") {
        expect("=");
        action.value.push_back(set_value());
      } else if (clause.keyword != "REMOVE") {
        if (next().kind != Token::Kind::value_placeholder) fail();
        action.value.push_back({.kind = Kind::value, .text = tokens_[at_++].text});
      }
      clause.actions.push_back(std::move(action));
    } while (take(","));
    return clause;
  }

  // An operand, or a sum of two; the sum may stand in parentheses, and so may each operand.
  Syntax set_value() {
    Syntax left = sees("(") ? parens(&Reader::set_value) : operand();
    if (!sees("+") && !sees("-")) return left;
    if (!may_be_operand(left)) fail();
    count_operator();
    Syntax sum{.kind = Kind::sum, .text = tokens_[at_++].text};
    sum.children.push_back(std::move(left));
    sum.children.push_back(operand());
    return sum;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int operators_ = 0, nesting_ = 0;
};

}  // namespace

Syntax read_condition(std::string_view text) { return Reader(text).condition(); }
std::vector<SyntaxClause> read_update(std::string_view text) { return Reader(text).update(); }
std::vector<Syntax> read_projection(std::string_view text) { return Reader(text).projection(); }

}  // namespace weir
