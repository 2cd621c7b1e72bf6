#include "sim/trigger/settings.hpp"

#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

TEST_CASE("settings at both ends of each range are taken, those beyond are refused with what would be accepted",
          "[ESM-3][ESM-4][ESM-5][ESM-7][ESM-8][ESM-13][OPEN-36][OPEN-37]") {
  const auto ok = [](MappingSettings settings) { return !check(settings).has_value(); };
  for (const std::int64_t size : {1, 100, 10'000}) REQUIRE(ok({.batch_size = size}));
  for (const Duration window : {Duration(0s), Duration(1s), Duration(300s)}) REQUIRE(ok({.maximum_batching_window = window}));
  for (const std::int64_t retries : {-1, 0, 10'000}) REQUIRE(ok({.maximum_retry_attempts = retries}));
  for (const Duration age : {Duration(-1us), Duration(60s), Duration(604'800s)}) REQUIRE(ok({.maximum_record_age = age}));
  REQUIRE(ok({.starting_position = IteratorType::latest}));

  REQUIRE(check({.batch_size = 0}) == "batch_size is 0; accepted: 1 to 10000");
  REQUIRE(check({.batch_size = 10'001}) == "batch_size is 10001; accepted: 1 to 10000");
  REQUIRE(check({.maximum_batching_window = 301s}) == "maximum_batching_window is 5min1s; accepted: whole seconds, 0s to 5min");
  REQUIRE(check({.maximum_batching_window = 500ms}) == "maximum_batching_window is 500ms; accepted: whole seconds, 0s to 5min");
  REQUIRE(check({.maximum_retry_attempts = -2}) ==
          "maximum_retry_attempts is -2; accepted: -1 (until the records expire), or 0 to 10000");
  REQUIRE_FALSE(ok({.maximum_retry_attempts = 10'001}));
  REQUIRE(check({.maximum_record_age = 59s}) == "maximum_record_age is 59s; accepted: whole seconds, 1min to 168h, or none");
  REQUIRE_FALSE(ok({.maximum_record_age = 0s}));
  REQUIRE_FALSE(ok({.maximum_record_age = 604'801s}));
  REQUIRE(check({.starting_position = IteratorType::at_sequence_number}) ==
          "starting_position is AT_SEQUENCE_NUMBER; accepted: trim_horizon or latest");
  REQUIRE(check({.destination = "letters"}) ==
          "destination is letters with on_failure none; accepted: no destination (null), or on_failure sqs, sns or s3");
  for (const Destination to : {Destination::sqs, Destination::sns, Destination::s3})
    REQUIRE(ok({.on_failure = to, .destination = "letters"}));
}

TEST_CASE("a filter pattern is measured in characters, whatever bytes they take", "[ESM-12]") {
  const auto pattern = [](int characters) {
    std::string text;
    for (int i = 10; i < characters; ++i) text += "\xc3\xa9";
    return R"({"a":[")" + text + R"("]})";
  };
  REQUIRE_FALSE(check({.filter_criteria = {pattern(4'096)}}));
  REQUIRE(check({.filter_criteria = {pattern(4'097)}}) ==
          "a filter pattern's length is 4097; accepted: at most 4096 characters");
}

TEST_CASE("what no delivery depends on has its limits too", "[ESM-15]") {
  std::map<std::string, std::string> tags;
  for (int i = 0; i < 50; ++i) tags["t" + std::to_string(i)] = std::string(256, 'v');
  REQUIRE_FALSE(check({.kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1",
                       .metrics_config = {"EventCount"},
                       .tags = tags,
                       .system_log_level = "WARN"}));
  REQUIRE(check({.kms_key_arn = "key"}) ==
          "kms_key_arn is key; accepted: the ARN of a key, such as arn:aws:kms:eu-west-1:123456789012:key/1234");
  REQUIRE(check({.metrics_config = {"Count"}}) == "metrics_config is Count; accepted: EventCount");
  REQUIRE(check({.metrics_config = {"EventCount", "EventCount"}}) == "metrics_config is EventCount twice; accepted: each once");
  tags["one more"] = "";
  REQUIRE(check({.tags = tags}) == "the number of tags is 51; accepted: at most 50");
  const std::string accepted = "; accepted: a name of 1 to 128 bytes that does not begin with aws:, a value of at most 256";
  REQUIRE(check({.tags = {{"", "x"}}}) == "a tag is  = x" + accepted);
  REQUIRE(check({.tags = {{"aws:x", ""}}}) == "a tag is aws:x = " + accepted);
  REQUIRE(check({.tags = {{std::string(129, 'n'), ""}}}).has_value());
  REQUIRE(check({.tags = {{"n", std::string(257, 'v')}}}).has_value());
  REQUIRE(check({.system_log_level = "info"}) == "system_log_level is info; accepted: DEBUG, INFO or WARN");
}

TEST_CASE("creating refuses wrong settings and a second mapping of one stream and function", "[ESM-3][ESM-23][ESM-24]") {
  TriggerBed bed;
  const StreamId stream = bed.enable();
  const FunctionId f = bed.functions.add({.name = "f"}, nothing_failed);
  const FunctionId g = bed.functions.add({.name = "g"}, nothing_failed);
  const auto create = [&](const MappingSettings& settings, FunctionId function) {
    return bed.triggers.create(bed.kernel, settings, bed.streams, stream, function, "f");
  };
  const Result<MappingId> wrong = create({.batch_size = 0}, f);
  REQUIRE(wrong.failed_with(ServiceError::invalid_parameter_value));
  REQUIRE(wrong.failure().message == "batch_size is 0; accepted: 1 to 10000");
  for (const IteratorType start : {IteratorType::at_sequence_number, IteratorType::after_sequence_number}) {
    const Result<MappingId> unsupported = create({.starting_position = start}, f);
    REQUIRE(unsupported.failed_with(ServiceError::invalid_parameter_value));
    REQUIRE(unsupported.failure().message == "Unsupported starting position for arn type: " + bed.streams.arn(stream));
  }
  REQUIRE(create({}, f).ok());
  REQUIRE(create({}, f).failed_with(ServiceError::resource_conflict));
  REQUIRE(create({}, g).ok());
  REQUIRE(bed.facts<MappingDeclared>().size() == 2);
  REQUIRE(bed.facts<MappingDeclared>()[0].mapping_name == "f");
}

}  // namespace

}  // namespace weir
