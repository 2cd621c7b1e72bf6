// The children of a shard that has come to its end, asked for as the Kinesis adapter does.               [SHARD-10] [ADP-3]
//
//   asks      DescribeStream for the shard's children; while none is listed, up to 10 times more, after 50 ms, 100 ms, 200 ms,
//             ... and 1 s at most, 6.55 s in all. Also of a stream that is DISABLED: it gets no more shards, but one that it
//             got before may be listed later                                                             [SHARD-9]
//   answers   the children, ascending. None: as far as the caller will ever know, the stream ends here. Since a child may be
//             listed later than that (stream.listing_lag), whoever takes this for the end of all can be wrong, as the adapter
//             can
//   errors    what DescribeStream is refused with, at once: tries of that kind are the client's own business
#pragma once

#include <optional>
#include <vector>

#include "sim/function/handler.hpp"

namespace weir {

// `of`: a stream other than the table's latest.
Result<std::vector<ShardDescription>> child_shards(StreamsClient& stream, const Context& context, ShardId parent,
                                                   std::optional<StreamId> of = {});

}  // namespace weir
