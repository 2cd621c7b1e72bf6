// O-ACCESS objects to what a role does not allow, and to a refusal of what it does.        [IAM-1] [IAM-2] [ESM-29]
#include "sim/data/arn.hpp"
#include "tests/planted/objects.hpp"
#include "tests/planted/three.hpp"

using namespace weir;
using test::allow, test::check_objects, test::deny, test::item, test::Three;

namespace {

const OracleSpec access_oracle{"O-ACCESS", {}};

// Under a role of its own, a function is handed its first record at 2 s, in invocation 0.
struct Ruled : Three {
  TableId view = table("view");
  FactIndex ruled = 0;
  InvocationId call{};
  Actor actor = Actor::of(InvocationId{0});

  explicit Ruled(std::vector<PolicyStatement> statements, const std::string& managed = "AWSLambdaDynamoDBExecutionRole") {
    ruled = role({.name = "worker", .managed = {managed}, .statements = std::move(statements)}, "mirror", "tail");
    call = start(mirror, root, {records[0]});
  }
  Verdict judged() const { return test::judged(*this, access_oracle); }
};

std::vector<PolicyCondition> keys(const char* operation, std::vector<std::string> values) {
  return {condition_of(operation, "dynamodb:LeadingKeys", std::move(values))};
}

}  // namespace

TEST_CASE("O-ACCESS objects to a write that the role does not allow", "[planted][O-ACCESS][IAM-1]") {
  Ruled trace({allow({"dynamodb:GetItem", "dynamodb:DeleteItem"})});
  const FactIndex write = trace.put(trace.view, item("A"), trace.actor);
  check_objects(trace.judged(),
                "invocation 0 writes item A of view at 000:00:02.000000, and its role worker does not allow any of "
                "dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:BatchWriteItem on "
                "arn:aws:dynamodb:us-east-1:123456789012:table/view",
                {trace.ruled, write});
}

TEST_CASE("O-ACCESS takes any action that could have done a write", "[planted][O-ACCESS][IAM-1]") {
  for (const char* action : {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"}) {
    Ruled trace({allow({action})});
    trace.put(trace.view, item("A"), trace.actor);
    CHECK(trace.judged().is_ok());
    trace.remove(trace.view, "A", trace.actor);
    if (std::string_view(action) == "dynamodb:BatchWriteItem")
      CHECK(trace.judged().is_ok());
    else
      check_objects(trace.judged(), "removes item A of view");
  }
}

TEST_CASE("O-ACCESS knows that a transaction is no batch", "[planted][O-ACCESS][IAM-1]") {
  Ruled trace({allow({"dynamodb:BatchWriteItem"})});
  const FactIndex committed = trace.note(TransactionCommitted{1, 0, trace.actor});
  const FactIndex write =
      trace.note(Written{trace.view, ItemKey(AttributeValue("A")), ChangeKind::insert, {}, item("A"), trace.actor}, committed);
  check_objects(trace.judged(), "does not allow any of dynamodb:PutItem, dynamodb:UpdateItem on", {trace.ruled, write});
}

TEST_CASE("O-ACCESS objects to a write of a key that the condition leaves out", "[planted][O-ACCESS][IAM-1]") {
  Ruled trace({allow({"dynamodb:*"}, {"*"}, keys("ForAllValues:StringEquals", {"A"}))});
  trace.put(trace.view, item("A"), trace.actor);
  CHECK(trace.judged().is_ok());
  trace.put(trace.view, item("B"), trace.actor);
  check_objects(trace.judged(), "writes item B of view");
}

TEST_CASE("O-ACCESS takes what no fact tells in favour of the call", "[planted][O-ACCESS][IAM-1]") {
  const PolicyCondition attributes = condition_of("ForAnyValue:StringEquals", "dynamodb:Attributes", {"secret"});
  Ruled trace({allow({"dynamodb:UpdateItem"}, {"*"}, {attributes}), deny({"dynamodb:UpdateItem"}, {"*"}, {attributes})});
  trace.put(trace.view, item("A"), trace.actor);
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-ACCESS goes by the policy of the moment", "[planted][O-ACCESS][IAM-1]") {
  Ruled trace({allow({"dynamodb:PutItem"})});
  trace.put(trace.view, item("A"), trace.actor);
  const FactIndex changed = trace.role({.name = "worker"}, "mirror", "tail");
  CHECK(trace.judged().is_ok());
  const FactIndex write = trace.put(trace.view, item("B"), trace.actor);
  check_objects(trace.judged(), "writes item B of view", {changed, write});
}

TEST_CASE("O-ACCESS judges nobody who has no role", "[planted][O-ACCESS][IAM-1]") {
  Ruled trace({});
  trace.put(trace.view, item("A"), Actor::client(0));
  trace.put(trace.view, item("B"), Actor::of(InvocationId{7}));
  trace.put(trace.view, item("C"), Actor::ttl());
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-ACCESS objects to reads that the role does not allow", "[planted][O-ACCESS][IAM-1]") {
  const ItemKey key{AttributeValue("A")};
  Ruled trace({allow({"dynamodb:PutItem"})});
  const FactIndex read = trace.note(ItemRead{trace.view, key, item("A"), false, trace.actor});
  check_objects(trace.judged(), "reads item A of view", {trace.ruled, read});
  for (const char* action : {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem"}) {
    Ruled allowed({allow({action})});
    allowed.note(ItemRead{allowed.view, key, item("A"), false, allowed.actor});
    CHECK(allowed.judged().is_ok());
  }
  Ruled by_index({allow({"dynamodb:Query"}, {"arn:aws:dynamodb:us-east-1:123456789012:table/view"})});
  const IndexId index = by_index.index(by_index.view, "by_group", "group");
  by_index.note(IndexRead{by_index.view, index, key, ItemKey(AttributeValue(1)), item("A"), false, by_index.actor});
  check_objects(by_index.judged(), "reads item A of view by index by_group");
}

TEST_CASE("O-ACCESS objects to what a reader may not poll, receive or fetch", "[planted][O-ACCESS][IAM-2]") {
  const Actor tail = Actor::of(ReaderId{0});
  const auto ruled = [&](const FactBody& body) {
    Three trace;
    trace.role({.name = "reading", .statements = {allow({"*"}, {"arn:aws:dynamodb:*"})}}, "", "tail");
    trace.note(ReaderStarted{ReaderId{0}, "tail"});
    trace.note(QueueDeclared{QueueId{0}, "letters"});
    trace.note(body);
    return test::judged(trace, access_oracle);
  };
  check_objects(ruled(PageRead{StreamId{0}, ShardId{0}, Three::list({}), false, tail}),
                "tail reads a page of a stream at 000:00:02.000000, and its role reading does not allow dynamodb:GetRecords on "
                "arn:0");
  check_objects(ruled(IteratorIssued{StreamId{0}, ShardId{0}, IteratorType::latest, tail}), "dynamodb:GetShardIterator");
  check_objects(ruled(MessageReceived{QueueId{0}, MessageId{0}, 1, tail}), "tail receives a message of letters");
  check_objects(ruled(ObjectUsed{"failures", "a/b", ObjectUse::read, tail}), "s3:GetObject on arn:aws:s3:::failures/a/b");
  check_objects(ruled(ObjectUsed{"failures", "a/b", ObjectUse::removed, tail}), "s3:DeleteObject");
}

TEST_CASE("O-ACCESS objects to an invocation that its role denies", "[planted][O-ACCESS][ESM-29]") {
  const Ruled trace({deny({"lambda:InvokeFunction"})});
  check_objects(trace.judged(),
                "mapping mirror invokes mirror at 000:00:02.000000, and its role worker denies "
                "lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:mirror");
}

TEST_CASE("O-ACCESS objects to a record that came when its mapping could not poll any more", "[planted][O-ACCESS][IAM-2]") {
  Ruled trace({});
  const FactIndex revoked = trace.role({.name = "worker"}, "mirror");
  trace.start(trace.mirror, trace.root, {trace.records[1]});  // it had come before: it may have been polled then
  CHECK(trace.judged().is_ok());
  trace.at(3s);
  const RecordId late = trace.append(trace.put(trace.orders, item("D")), trace.root);
  const FactIndex appended = trace.last();
  trace.at(4s);
  trace.start(trace.mirror, trace.root, {late});
  check_objects(trace.judged(),
                "delivers record 3 at 000:00:04.000000, which came at 000:00:03.000000, and its role worker has lacked a "
                "permission to poll since 000:00:02.000000",
                {revoked, appended, trace.last()});
}

TEST_CASE("O-ACCESS lets a mapping poll with another function's role", "[planted][O-ACCESS][IAM-2]") {
  Ruled trace({});
  trace.role({.name = "worker"}, "mirror");
  trace.at(3s);
  const RecordId late = trace.append(trace.put(trace.orders, item("D")), trace.root);
  trace.at(4s);
  trace.note(MappingUpdated{trace.mirror, FunctionId{9}, "other", false});
  trace.start(trace.mirror, trace.root, {late});
  CHECK(trace.judged().is_ok());
}

TEST_CASE("O-ACCESS objects to a refusal of what the role allows", "[planted][O-ACCESS][IAM-1]") {
  const std::string view_arn = arn_of("dynamodb", "table/view");
  const auto refused = [&](std::vector<PolicyStatement> statements) {
    Ruled trace(std::move(statements));
    trace.note(AccessDenied{trace.actor, "worker", "dynamodb:PutItem", view_arn});
    return trace.judged();
  };
  check_objects(refused({allow({"dynamodb:PutItem"})}), "invocation 0 is refused dynamodb:PutItem on " + view_arn +
                                                            " at 000:00:02.000000, and its role worker allows it");
  CHECK(refused({}).is_ok());
  CHECK(refused({allow({"dynamodb:PutItem"}, {"*"}, keys("ForAllValues:StringEquals", {"A"}))}).is_ok());
  CHECK(refused({allow({"dynamodb:*"}), deny({"dynamodb:PutItem"}, {"*"}, keys("ForAnyValue:StringEquals", {"A"}))}).is_ok());
}

TEST_CASE("O-ACCESS hears nothing of a run that cannot have roles", "[planted][O-ACCESS]") {
  const auto oracle = make_oracle(access_oracle);
  oracle->rule_out(mask_of<RoleSet>());
  CHECK(oracle->interests() == 0);
  const auto other = make_oracle(access_oracle);
  CHECK((other->interests() & mask_of<Written>()) != 0);
}
