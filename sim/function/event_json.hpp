// A StreamEvent as a Lambda function in any language gets it.                                    [REC-1] [REC-2] [REC-6]
//
//   {"Records":[{"eventID":..,"eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":..,
//     "dynamodb":{"ApproximateCreationDateTime":1700000000.0,"Keys":{..},"NewImage":{..},"OldImage":{..},
//       "SequenceNumber":"..","SizeBytes":18,"StreamViewType":".."},"userIdentity":{..},"eventSourceARN":".."}]}
//
// With a tumbling window there are "window":{"start":"2023-11-14T22:10:00Z","end":..}, "state":{..} as plain JSON, "shardId",
// "eventSourceARN", "isFinalInvokeForWindow" and "isWindowTerminatedEarly" beside "Records".                        [WIN-2]
//
// Keys stand in alphabetical order. The creation time is spelt with a point, though it is of whole seconds.      [REC-4]
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "sim/function/handler.hpp"

namespace weir {

nlohmann::json lambda_json(std::span<const StreamRecord> records, std::string_view event_source_arn);
std::string to_json_text(const StreamEvent& event);

// "arn:aws:dynamodb:<region>:<account>:table/..": fields 3 and 4 are "<region>:<account>"; empty where there are none.
std::string_view arn_fields(std::string_view arn, int first, int count);

std::string iso_seconds(std::int64_t unix_seconds);  // "2024-01-01T00:13:19", without a zone

}  // namespace weir
