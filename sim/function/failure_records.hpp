// What a failure record says of the records it is about: where in the stream they are, for as long as they are, and in S3 the
// records themselves.                                                                            [DEST-1]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/function/handler.hpp"

namespace weir {

struct FailureAddress {
  ShardId shard;
  SequenceNumber first, last;
  std::uint64_t batch_size = 0;
  std::string condition;  // "RetryAttemptsExhausted" or "RecordAgeExceeded"                    [DEST-2]
  std::string stream_arn;
};

// The records there, read from the stream: from the first to the last, so with what filters or other lanes settled in between.
// TrimmedDataAccessException or ResourceNotFoundException: they are gone.                        [ITER-3] [ITER-4]
Result<std::vector<StreamRecord>> read_back(StreamsClient stream, const FailureAddress& address);

// nullopt: the body is no failure record of a DynamoDB stream.
std::optional<FailureAddress> failure_address(std::string_view body);

// The records that a failure record in S3 carries, spelled either way: keys, images, numbers and times as they were delivered.
// Empty: it carries none.                                                                        [DEST-1] [OPEN-14]
// BadInput: the payload is no list of records.
std::vector<StreamRecord> records_in(std::string_view body);

}  // namespace weir
